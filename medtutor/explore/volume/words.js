// What the volume explorer says: pure functions from places and numbers to sentences.

const CROSS_HINT =
  "Click or drag in a picture to move the cross-hair. By key: arrows move it in the picture, " +
  "Page Up and Page Down through its slices; with Shift ten times as far.";
const SIDES = [["right", "left"], ["front", "back"], ["down", "up"]];

/** The voxels of one place along an axis as Python writes them. */
function indexInWords(index, block) {
  return block === 1 ? String(index) : `${index}:${index + block}`;
}

function voxelInWords(volume, place) {
  const voxel = volume.toVoxel(place);
  return `[${voxel.map((index, axis) => indexInWords(index, volume.blocks[axis])).join(", ")}]`;
}

/** Which slice a plane is: `array[:, 58, :]`. */
function sliceInWords(volume, axis, place) {
  const across = volume.order[axis];
  const index = indexInWords(volume.toVoxel(place)[across], volume.blocks[across]);
  return `array[${[0, 1, 2].map((other) => (other === across ? index : ":")).join(", ")}]`;
}

function planeInWords(volume, axis, place) {
  const slice = sliceInWords(volume, axis, place);
  if (volume.oriented) return `${PLANES[axis].name}: ${slice}`;
  const { rows, columns } = PLANES[axis];
  return `${slice}, axis ${rows} ${rows === 0 ? "up" : "down"}, axis ${columns} to the right`;
}

function sidesInWords({ left, right, top, bottom }) {
  return `left edge ${left}, right edge ${right}, top ${top}, bottom ${bottom}`;
}

function millimetres(value) {
  return Math.abs(value).toFixed(1);
}

function positionInWords(volume, place) {
  const position = volume.position(place);
  if (!position) return "";
  if (!volume.affine) return ` Position: ${position.map(millimetres).join(", ")} mm from voxel [0, 0, 0].`;
  const ways = position.map((mm, way) => `${millimetres(mm)} mm ${SIDES[way][mm > 0 ? 1 : 0]}`);
  return ` Position: ${ways.join(", ")} from the origin.`;
}

function valueInWords(volume, place, unit) {
  const averaged = volume.blocks.some((block) => block > 1);
  const voxel = voxelInWords(volume, place);
  const value = `${write(volume.valueAt(place))}${unit ? ` ${unit}` : ""}`;
  return averaged ? `Mean of voxels ${voxel}: ${value}.` : `Voxel ${voxel}: ${value}.`;
}
