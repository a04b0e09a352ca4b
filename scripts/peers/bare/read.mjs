// The loop that somebody would write by hand: fs.readSync of random blocks.
import fs from 'node:fs';
import process from 'node:process';

const [file, blockSize, milliseconds] = process.argv.slice(2);
const fd = fs.openSync(file, 'r');
const blocks = Math.floor(fs.fstatSync(fd).size / Number(blockSize));
const buffer = Buffer.alloc(Number(blockSize));
const loop = (forMs) => {
  const startMs = performance.now();
  let reads = 0;
  while (performance.now() - startMs < forMs) {
    for (let batch = 0; batch < 64; batch++)
      fs.readSync(fd, buffer, 0, buffer.length, Math.floor(Math.random() * blocks) * buffer.length);
    reads += 64;
  }
  return reads / ((performance.now() - startMs) / 1000);
};
loop(200);
process.stdout.write(JSON.stringify({ perSecond: loop(Number(milliseconds)) }));
