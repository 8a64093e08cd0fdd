import { createServer } from 'node:http';

/** A trivial application: a short text for everything, 50 KB of HTML for `.html`. */
const page = `<!DOCTYPE html><html><head><title>Garden</title></head><body>${'<p class="item">A rain barrel holds two hundred litres and stands beside the shed.</p>\n'.repeat(620)}</body></html>`;

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    const isPage = request.url?.includes('.html') === true;
    const body = isPage ? page : 'ok\n';
    response.writeHead(200, {
      'Content-Type': isPage ? 'text/html; charset=utf-8' : 'application/octet-stream',
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.argv[2]), '127.0.0.1');
