// Arrays that Python sends as text: base64 of zlib's deflate.

const ARRAY_TYPES = { uint8: Uint8Array, int16: Int16Array, float32: Float32Array };

/** The values of an array that Python packed, as a typed array. */
async function unpack({ dtype, data }) {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new ARRAY_TYPES[dtype](await new Response(stream).arrayBuffer());
}

/** The arrays of an object of packages, by the same names. */
async function unpackEach(packages) {
  const unpacked = Object.entries(packages).map(async ([name, one]) => [name, await unpack(one)]);
  return Object.fromEntries(await Promise.all(unpacked));
}

/** A widget's `render`: `load` promises what a `View` needs; a page closed before opens none. */
function renderAfter(load, View) {
  return ({ model, el }) => {
    let [view, closed] = [null, false];
    load(model).then((arrays) => {
      if (!closed) view = new View(model, el, arrays);
    });
    return () => {
      closed = true;
      view?.close();
    };
  };
}
