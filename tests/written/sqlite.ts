import path from 'node:path';
import Database from 'better-sqlite3';
import { count, defineWorkload, z } from 'iobench';

export default defineWorkload({
  name: 'sqlite',
  summary: 'Ask for one row by its key, in a file of this process',
  params: z.object({ rows: count(1000, 1) }),

  prepare({ params, directory }) {
    const file = path.join(directory, 'people.db');
    const database = new Database(file);
    database.exec('create table people (id integer primary key, name text)');
    const insert = database.prepare('insert into people (name) values (?)');
    for (let row = 0; row < params.rows; row++) insert.run(`person ${row}`);
    database.close();
    return { file, rows: params.rows };
  },
  connect({ file, rows }) {
    const database = new Database(file, { readonly: true });
    return {
      database,
      rows,
      statement: database.prepare<[number], { name: string }>('select name from people where id = ?'),
    };
  },
  request({ statement, rows }, random) {
    const person = statement.get(1 + Math.floor(random() * rows));
    if (person?.name === undefined) throw new Error('nobody has this id');
    return person.name;
  },
  disconnect({ database }) {
    database.close();
  },
});
