import { expect, it } from 'vitest';
import { freePort, httpRequest, startNginx } from './index.js';

it('runs an nginx with the given configuration, ends it and starts it again', async () => {
  const port = await freePort();
  const config = `events {}\nhttp { access_log off; server {\n listen 127.0.0.1:${port}; location / { return 200 "front door"; } } }\n`;
  const nginx = await startNginx({ config });
  try {
    expect((await httpRequest(`http://127.0.0.1:${port}/`)).body.toString()).toBe('front door');
    await nginx.halt();
    await expect(httpRequest(`http://127.0.0.1:${port}/`)).rejects.toThrow(/ECONNREFUSED/);
    await nginx.start();
    expect((await httpRequest(`http://127.0.0.1:${port}/`)).status).toBe(200);
  } finally {
    await nginx.stop();
  }
});

it('says what nginx does not like about a configuration', async () => {
  const config = 'events {}\nhttp {\n server {\n listen 127.0.0.1:1;\n nonsense on;\n } }\n';
  await expect(startNginx({ config })).rejects.toThrow(/unknown directive "nonsense"/);
});
