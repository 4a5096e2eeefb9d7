// What the patches explorer says: pure functions from numbers to sentences.

const KEYS_HINT =
  "Click or drag in a picture to move the patch. By key: arrows move it in the picture, Page Up " +
  "and Page Down through the slices; with Shift four times as far.";

const millilitres = (ml) => `${ml < 9.95 ? ml.toFixed(1) : Math.round(ml)} mL`;
const several = (n, one, many) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
const megabytes = (mb) => `${mb < 0.95 ? mb.toFixed(2) : mb.toFixed(1)} MB`;

function gridInWords({ n_patches: n, times, edges_mm: edges, megabytes: mb }, { size, overlap }) {
  const mm = edges.every((edge) => edge === edges[0])
    ? `${Math.round(edges[0])} mm along each edge`
    : `${edges.map((edge) => Math.round(edge)).join(" × ")} mm`;
  return (
    `A patch of ${size} × ${size} × ${size} voxels is ${mm}. With ${overlap} % overlap ` +
    `${several(n, "patch holds", "patches hold")} all of the volume, ${times.toFixed(1)} times ` +
    `its voxels. A layer of 8 maps takes ${megabytes(mb)} a patch.`
  );
}

function lesionsInWords({ ml_inside: inside, ml, n_whole: whole }, count) {
  if (!count) return "There is no lesion in this volume.";
  const share = Math.round((100 * inside) / ml);
  const here = `In this patch: ${millilitres(inside)} of ${millilitres(ml)} of lesion (${share} %).`;
  const cut = count - whole;
  const seams = cut
    ? `Of ${several(count, "lesion", "lesions")}, ${cut} ${cut === 1 ? "lies" : "lie"} whole in no ` +
      "patch of the grid: seams cut through."
    : `${count === 1 ? "The lesion lies" : `Each of the ${count} lesions lies`} whole in some patch of the grid.`;
  return `${here} ${seams}`;
}

function planeInWords(plane, index, length) {
  return `${PLANES[plane].name[0].toUpperCase()}${PLANES[plane].name.slice(1)}: slice ${index} of 0–${length - 1}`;
}
