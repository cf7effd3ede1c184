/** Entry of the matrix's editor, fetched by ops/matrix.js when a cell gets the focus. */

export { edit, startCells, undoLast } from "./ops/cells.js";
