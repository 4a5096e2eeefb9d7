// Arrays that Python sends as text: base64 of zlib's deflate.

const ARRAY_TYPES = { uint8: Uint8Array, int16: Int16Array, float32: Float32Array };

/** The values of an array that Python packed, as a typed array. */
async function unpack({ dtype, data }) {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new ARRAY_TYPES[dtype](await new Response(stream).arrayBuffer());
}
