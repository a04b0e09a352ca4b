import { expect, test } from 'vitest';
import { Backlog } from '../../src/protocols/backlog.ts';

test('what is kept comes before what arrives, whatever becomes of the bytes that held it', () => {
  const backlog = new Backlog();
  const piece = Buffer.from('one two');
  expect(backlog.join(piece).toString()).toBe('one two');
  backlog.keepFrom(4);
  piece.fill('-');
  expect(backlog.join(Buffer.from(' three')).toString()).toBe('two three');
  backlog.keepFrom(0);
  expect(backlog.join(Buffer.from(' four')).toString()).toBe('two three four');
  backlog.keepFrom(14);
  expect(backlog.join(Buffer.from('five')).toString()).toBe('five');
});

test('bytes are not copied where nothing is kept', () => {
  const backlog = new Backlog();
  const piece = Buffer.from('whole');
  for (let time = 0; time < 3; time++) {
    expect(backlog.join(piece).buffer).toBe(piece.buffer);
    backlog.keepFrom(piece.length);
  }
});
