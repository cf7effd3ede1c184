/** Entry of a page that scans, beside ops.js: scans are sent one after the other, in the order they were made. */

import { startScanQueue } from "./ops/scanqueue.js";

startScanQueue();
