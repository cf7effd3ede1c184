/** Say with a tone (UX.md: 880 Hz once, 220 Hz twice) and a coloured edge whether a scan was taken. */

let audio;

/** A browser allows no tone before the person's first key or touch: until then only the edge is shown. */
export function signal(element, isOk, isHeard) {
  const colour = `4px solid var(--${isOk ? "ok" : "bad"})`;
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) element.animate({ outline: [colour, colour, "4px solid transparent"] }, 700);
  if (!isHeard || !navigator.userActivation?.hasBeenActive) return;
  audio ??= new AudioContext();
  for (const begin of isOk ? [0] : [0, 0.24]) {
    const tone = new OscillatorNode(audio, isOk ? { frequency: 880 } : { frequency: 220, type: "square" });
    tone.connect(new GainNode(audio, { gain: 0.2 })).connect(audio.destination);
    tone.start(audio.currentTime + begin);
    tone.stop(audio.currentTime + begin + (isOk ? 0.08 : 0.18));
  }
}
