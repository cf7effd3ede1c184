/** Entry of the customer's tracking page: the same live parts, nothing else. */

import { startBanner } from "./live/banner.js";
import { connect } from "./live/socket.js";
import { startCopy } from "./ops/copy.js";

startBanner();
startCopy();
connect();
