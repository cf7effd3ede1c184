/** Entry of the inventory matrix, beside ops.js: keys and editing in its cells. */

import { startMatrix } from "./ops/matrix.js";

startMatrix();
