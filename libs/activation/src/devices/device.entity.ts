import type { DeviceId } from '@entrepot/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The name of a device: a projection of what inventory says. */
@Entity('device')
export class DeviceEntity {
  @PrimaryColumn('uuid', { name: 'device_id' })
  deviceId!: DeviceId;

  @Column('text')
  name!: string;

  /** When inventory said so; an older event does not overwrite a newer name. */
  @Column('timestamptz', { name: 'named_at' })
  namedAt!: Date;
}
