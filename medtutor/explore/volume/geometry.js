// Planes of a volume, and which voxel of the array a place in them is. The page's volume has its
// axes towards head, back and left, or in the array's own order where that isn't known.

/** Edges and names of each plane: along which axes its rows and columns go. */
const PLANES = [
  { name: "Axial", rows: 1, columns: 2 },
  { name: "Coronal", rows: 0, columns: 2 },
  { name: "Sagittal", rows: 0, columns: 1 },
];
const ENDS = [["I", "S"], ["A", "P"], ["R", "L"]]; // of each axis: where it starts, where it ends

class Volume {
  constructor(values, shape, geometry) {
    Object.assign(this, { values, shape, ...geometry });
    // Along the page's axes.
    this.mm = this.order.map((axis) => (this.spacing?.[axis] ?? 1) * this.blocks[axis]);
  }

  valueOf(stored) {
    return stored * this.slope + this.intercept;
  }

  valueAt([i, j, k]) {
    return this.valueOf(this.values[(i * this.shape[1] + j) * this.shape[2] + k]);
  }

  /** The plane across `axis`, its first row on top: head up, or front up in an axial one. */
  plane(axis, place) {
    const { rows: down, columns: right } = PLANES[axis];
    const [rows, columns] = [this.shape[down], this.shape[right]];
    const strides = [this.shape[1] * this.shape[2], this.shape[2], 1];
    const values = new this.values.constructor(rows * columns);
    for (let row = 0, i = 0; row < rows; row += 1) {
      const from = down === 0 ? rows - 1 - row : row;
      let at = place * strides[axis] + from * strides[down];
      for (let column = 0; column < columns; column += 1, at += strides[right])
        values[i++] = this.values[at];
    }
    return { values, rows, columns, spacing: [this.mm[down], this.mm[right]] };
  }

  /** Where the cross-hair `place` is in the plane across `axis`, as [row, column]. */
  inPlane(axis, place) {
    const { rows, columns } = PLANES[axis];
    const row = rows === 0 ? this.shape[0] - 1 - place[0] : place[rows];
    return [row, place[columns]];
  }

  /** The place that lies at [row, column] of the plane across `axis`. */
  fromPlane(axis, [row, column], place) {
    const { rows, columns } = PLANES[axis];
    const moved = [...place];
    moved[rows] = rows === 0 ? this.shape[0] - 1 - row : row;
    moved[columns] = column;
    return this.inside(moved);
  }

  inside(place) {
    return place.map((index, axis) => within(index, 0, this.shape[axis] - 1));
  }

  /** The page's place of a voxel of the array. */
  fromVoxel(voxel) {
    const place = this.order.map((axis, k) => {
      const block = Math.floor(voxel[axis] / this.blocks[axis]);
      return this.flipped[k] ? this.shape[k] - 1 - block : block;
    });
    return this.inside(place);
  }

  /** The voxel of the array at a place of the page: the first one of its block. */
  toVoxel(place) {
    const voxel = [];
    this.order.forEach((axis, k) => {
      const block = this.flipped[k] ? this.shape[k] - 1 - place[k] : place[k];
      voxel[axis] = block * this.blocks[axis];
    });
    return voxel;
  }

  /** Millimetres of a place, the middle of its block: from the origin, or from the first voxel. */
  position(place) {
    const middle = this.toVoxel(place).map((index, axis) => index + (this.blocks[axis] - 1) / 2);
    if (this.affine)
      return this.affine.slice(0, 3).map((line) =>
        line[3] + middle.reduce((sum, index, axis) => sum + line[axis] * index, 0),
      );
    return this.spacing ? middle.map((index, axis) => index * this.spacing[axis]) : null;
  }

  /** Letters at the left, right, top and bottom of the plane across `axis`. */
  letters(axis) {
    if (!this.oriented) return null;
    const { rows, columns } = PLANES[axis];
    const [top, bottom] = rows === 0 ? ["S", "I"] : ENDS[rows];
    const [left, right] = ENDS[columns];
    return { left, right, top, bottom };
  }
}
