/** Keys made in the browser. */

/** A key nobody made before (128 random bits), also on plain http where crypto.randomUUID does not exist. */
export function newKey() {
  return [...crypto.getRandomValues(new Uint32Array(4))].join("-");
}
