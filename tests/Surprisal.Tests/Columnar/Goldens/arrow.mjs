// Writes arrow.json: Arrow files and streams of apache-arrow 21.2.0 (JavaScript), and Arrow and Parquet files of Polars (Rust, by nodejs-polars 0.25.2),
// each as base64 by its name.
//     npm i apache-arrow@21.2.0 nodejs-polars@0.25.2 nodejs-polars-linux-x64-gnu@0.25.2 && node arrow.mjs
// Row i of 7 has the logits (7i + 3c) mod 16 / 4 - 2 for its 3 classes, exact in any type, and the label 5i mod 3.

import { writeFileSync } from 'node:fs';
import * as arrow from 'apache-arrow';
import pl from 'nodejs-polars';

const [rows, classes] = [7, 3], files = {};
const range = count => [...Array(count).keys()];
const logit = (row, c) => (7 * row + 3 * c) % 16 / 4 - 2, label = row => 5 * row % classes;
const logits = range(rows).map(row => range(classes).map(c => logit(row, c))), labels = range(rows).map(label);
const names = labels.map(y => ['cat', 'dog', '鱼'][y]);
const add = (name, bytes) => files[name] = Buffer.from(bytes).toString('base64');

const list = (type, from = 0, end = rows) => arrow.vectorFromArray(logits.slice(from, end), new arrow.List(new arrow.Field('item', type)));
const fixed = (type, from = 0, end = rows) =>
  arrow.vectorFromArray(logits.slice(from, end), new arrow.FixedSizeList(classes, new arrow.Field('item', type)));
const column = (c, from = 0, end = rows) => arrow.vectorFromArray(range(rows).slice(from, end).map(row => logit(row, c)), new arrow.Float32());
const ints = (type, from = 0, end = rows) =>
  arrow.vectorFromArray(labels.slice(from, end).map(y => type.bitWidth === 64 ? BigInt(y) : y), type);
const dictionary = (values, from = 0, end = rows) =>
  arrow.vectorFromArray(values.slice(from, end), new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8()));

const layouts = (from, end) => new arrow.Table({
  list: list(new arrow.Float32(), from, end), fixed: fixed(new arrow.Float32(), from, end), double: fixed(new arrow.Float64(), from, end),
  x_1: column(1, from, end), x_0: column(0, from, end), x_2: column(2, from, end),
  i8: ints(new arrow.Int8(), from, end), i16: ints(new arrow.Int16(), from, end), i32: ints(new arrow.Int32(), from, end),
  i64: ints(new arrow.Int64(), from, end), u8: ints(new arrow.Uint8(), from, end), u16: ints(new arrow.Uint16(), from, end),
  u32: ints(new arrow.Uint32(), from, end), u64: ints(new arrow.Uint64(), from, end),
  bool: arrow.vectorFromArray(labels.slice(from, end).map(y => y > 0), new arrow.Bool()),
  text: arrow.vectorFromArray(names.slice(from, end), new arrow.Utf8()), words: dictionary(names, from, end),
});
add('layouts, file', arrow.tableToIPC(layouts(), 'file'));
add('layouts, stream', arrow.tableToIPC(layouts(), 'stream'));

const batches = layouts(0, 1).concat(layouts(1, 5)).concat(layouts(5, 7)).select(['list', 'x_0', 'x_1', 'x_2', 'i64']);
add('batches, file', arrow.tableToIPC(batches, 'file'));
add('batches, stream', arrow.tableToIPC(batches, 'stream'));
add('no batches', arrow.tableToIPC(new arrow.Table(batches.schema), 'stream'));
const nulls = values => arrow.vectorFromArray(values, new arrow.List(new arrow.Field('item', new arrow.Float32(), true)));
add('nulls', arrow.tableToIPC(new arrow.Table({
  row: nulls(logits.map((list, i) => i === 5 ? null : list)), item: nulls(logits.map((list, i) => i === 4 ? [1, null, 2] : list)),
  uneven: nulls(logits.map((list, i) => i === 3 ? [1, 2] : list)), y: arrow.vectorFromArray(labels.map((y, i) => i === 6 ? null : y), new arrow.Int32()),
}), 'file'));

const frame = pl.DataFrame([
  pl.Series('z', logits, pl.List(pl.Float32)), ...range(classes).map(c => pl.Series(`x_${c}`, range(rows).map(row => logit(row, c)), pl.Float32)),
  pl.Series('y', labels, pl.Int64), pl.Series('t', names), pl.Series('w', names).cast(pl.Categorical),
]);
for (const compression of ['uncompressed', 'lz4', 'zstd']) {
  add(`polars ${compression}`, frame.writeIPC({ compression }));
  add(`polars stream ${compression}`, frame.writeIPCStream({ compression }));
}
for (const compression of ['snappy', 'zstd', 'gzip', 'lz4']) add(`polars parquet ${compression}`, frame.writeParquet({ compression }));
writeFileSync('arrow.json', JSON.stringify(files, null, 2) + '\n');
console.log(Object.keys(files).length, 'files');
