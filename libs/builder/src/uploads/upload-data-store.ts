import { AppError, parseUuid, type UploadId } from '@entrepot/kernel';
import { DataStore, ERRORS as TUS_ERRORS, Upload as TusUpload } from '@tus/utils';
import type { Readable } from 'node:stream';
import type { ReceiveUpload, UploadSender } from './receive-upload.js';
import type { StartUpload } from './start-upload.js';
import { type Upload, type UploadRepository } from './upload.repository.js';

/** What the store of one request works with. */
export interface UploadDataStoreParts {
  readonly uploads: UploadRepository;
  readonly start: StartUpload;
  readonly receive: ReceiveUpload;
  /** Told of every chunk that arrives for an upload. */
  readonly onBytes: (id: string) => void;
}

/** What tus calls for one request of one person: no state of its own, no disk. */
export class UploadDataStore extends DataStore {
  override extensions = ['creation', 'creation-with-upload', 'creation-defer-length'];

  constructor(
    private readonly parts: UploadDataStoreParts,
    private readonly sender: UploadSender,
  ) {
    super();
  }

  override async create(upload: TusUpload): Promise<TusUpload> {
    await this.parts.start.start(uploadId(upload.id), upload.size ?? null, this.sender);
    return upload;
  }

  override async getUpload(id: string): Promise<TusUpload> {
    const { size, position } = await this.find(id);
    return new TusUpload({ id, offset: position, ...(size !== null && { size }) });
  }

  override async declareUploadLength(id: string, size: number): Promise<void> {
    await this.parts.start.declareSize(uploadId(id), size, this.sender.principal);
  }

  override async write(stream: Readable, id: string, offset: number): Promise<number> {
    const upload = await this.find(id);
    if (upload.position !== offset) throw TUS_ERRORS.INVALID_OFFSET;
    return this.parts.receive.execute(upload, stream, this.sender, () => this.parts.onBytes(id));
  }

  private async find(id: string): Promise<Upload> {
    try {
      return await this.parts.uploads.get(uploadId(id));
    } catch (error) {
      throw error instanceof AppError && error.kind === 'not-found' ? TUS_ERRORS.FILE_NOT_FOUND : error;
    }
  }
}

function uploadId(text: string): UploadId {
  const id = parseUuid<UploadId>(text);
  if (id === null) throw TUS_ERRORS.FILE_NOT_FOUND;
  return id;
}
