// node prove-binding.cjs <package folder> <binding file>: loads the binding in a process of its own (a library built
// for another processor kills it) and prints {"version", "gflops"}.
const [, , packageDirectory, bindingFile] = process.argv;
const locator = require(require.resolve('@mapbox/node-pre-gyp/lib/pre-binding', { paths: [packageDirectory] }));
locator.find = () => bindingFile;
const tf = require(packageDirectory);

const side = 1024;
const a = tf.randomUniform([side, side], -1, 1, 'float32', 1);
const b = tf.randomUniform([side, side], -1, 1, 'float32', 2);
tf.matMul(a, b).dataSync();

// One entry of the product, written out.
const [left, right] = [a.dataSync(), b.dataSync()];
let expected = 0;
for (let k = 0; k < side; k++) expected += left[5 * side + k] * right[k * side + 7];
const found = tf.matMul(a, b).dataSync()[5 * side + 7];
if (!(Math.abs(found - expected) < 1e-3)) throw new Error(`a matrix product gave ${found} instead of ${expected}`);

let gflops = 0;
for (let round = 0; round < 5; round++) {
  const start = performance.now();
  const product = tf.matMul(a, b);
  product.dataSync();
  gflops = Math.max(gflops, (2 * side ** 3) / ((performance.now() - start) * 1e6));
  product.dispose();
}
process.stdout.write(JSON.stringify({ version: tf.backend().binding.TF_Version, gflops }));
