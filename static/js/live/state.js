/** What this screen has seen: the epoch and the last sequence number per room. No DOM, no socket. */

export const seen = { epoch: "", start: 0, rooms: {} };
export const counters = { batches: 0, applied: 0, get seqs() { return seen.rooms; } };

const HELD_PER_ROOM = 100;
const held = new Map();
let beaten = false;

/** Start from the snapshot the page was rendered in. */
export function begin(epoch, seq) {
  Object.assign(seen, { epoch, start: seq, rooms: {} });
  held.clear();
  beaten = false;
}

/** Last sequence number of a room; a room not heard of yet counts from the page's snapshot. */
export function known(room) {
  return seen.rooms[room] ?? seen.start;
}

/** What to tell the server on connect: {room: seq}, "*" standing for rooms not named. */
export function report() {
  return beaten ? { ...seen.rooms } : { "*": seen.start, ...seen.rooms };
}

/**
 * Take a batch in order. Returns the batches that may be shown now, or null when one is missing before it.
 * One whose prev is its seq comes from the clock, with no event behind it: it is shown wherever the screen stands.
 */
export function take(batch) {
  const { room } = batch;
  if (batch.epoch !== seen.epoch) return null;
  if (batch.seq <= known(room)) return batch.prev === batch.seq ? [batch] : [];
  if (batch.prev > known(room)) {
    hold(batch);
    return null;
  }
  seen.rooms[room] = batch.seq;
  return [batch, ...release(room)];
}

/** The server said: forget what you had of this room, it stands at seq now. Returns held batches that follow. */
export function reset({ epoch, room, seq }) {
  if (epoch !== seen.epoch) begin(epoch, seq);
  seen.rooms[room] = seq;
  return release(room);
}

/** A part was fetched afresh: every room is at least at its snapshot. Returns held batches that follow. */
export function advance(epoch, seq) {
  if (epoch !== seen.epoch) begin(epoch, seq);
  seen.start = Math.max(seen.start, seq);
  return Object.keys(seen.rooms).flatMap((room) => {
    seen.rooms[room] = Math.max(seen.rooms[room], seq);
    return release(room);
  });
}

/** Rooms of a heartbeat in which the server is ahead of this screen. */
export function behind({ epoch, seqs }) {
  beaten = true;
  return Object.keys(seqs || {}).filter((room) => {
    seen.rooms[room] ??= seen.start;
    return epoch !== seen.epoch || seqs[room] > seen.rooms[room];
  });
}

function hold(batch) {
  const waiting = held.get(batch.room) || [];
  waiting.push(batch);
  waiting.sort((a, b) => a.seq - b.seq);
  held.set(batch.room, waiting.slice(-HELD_PER_ROOM));
}

function release(room) {
  const waiting = held.get(room) || [];
  const ready = [];
  while (waiting.length && waiting[0].prev <= known(room)) {
    const batch = waiting.shift();
    if (batch.seq <= known(room)) continue;
    seen.rooms[room] = batch.seq;
    ready.push(batch);
  }
  if (!waiting.length) held.delete(room);
  return ready;
}
