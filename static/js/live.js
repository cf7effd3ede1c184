/** Entry of the operations pages: live rows and cells, the pill, dimmed rows, connection state. */

import { hooks } from "./live/apply.js";
import { offerNewBuild, startBanner } from "./live/banner.js";
import { startList } from "./live/list.js";
import { connect } from "./live/socket.js";

hooks.rewire = (element, rewired) => htmx.process(element, rewired);
startList();
startBanner();
offerNewBuild();
connect();
