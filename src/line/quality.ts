// How well a call goes, from what the browser counts of its connection. Pure.
import type { Quality } from "./line.ts";

/** What counts up during a call. */
export type Counted = { received: number; lost: number };

/**
 * The quality since `before`, and what to measure the next from; undefined before anything was received.
 * @param stats what a connection's getStats() gives (W3C webrtc-stats: times in s)
 */
export function qualityOf(
  stats: Iterable<RTCStats>,
  before: Counted = { received: 0, lost: 0 },
): { quality: Quality; counted: Counted } | undefined {
  let inbound: RTCInboundRtpStreamStats | undefined;
  let roundTrip = 0;
  for (const report of stats) {
    if (isInbound(report)) inbound = report;
    if (isPair(report)) roundTrip = report.currentRoundTripTime ?? roundTrip;
  }
  if (!inbound) return undefined;
  const counted = { received: inbound.packetsReceived ?? 0, lost: inbound.packetsLost ?? 0 };
  const received = Math.max(0, counted.received - before.received);
  // A packet that comes late was counted as lost before.
  const lost = Math.max(0, counted.lost - before.lost);
  const loss = lost / (received + lost || 1);
  const jitter = (inbound.jitter ?? 0) * 1000;
  return { quality: { loss, jitter, roundTrip: roundTrip * 1000 }, counted };
}

const isInbound = (report: RTCStats): report is RTCInboundRtpStreamStats =>
  report.type === "inbound-rtp";

const isPair = (report: RTCStats): report is RTCIceCandidatePairStats =>
  report.type === "candidate-pair" && "nominated" in report && report.nominated === true;

/**
 * How a call sounds, in a word. A talk suffers from 150 ms on and is hard to have from 400 ms on, one way (ITU-T G.114);
 * the ear forgives one lost packet in a hundred, and not one in twenty.
 */
export function wordFor({ loss, jitter, roundTrip }: Quality): "Good" | "Fair" | "Poor" {
  if (loss >= 0.05 || jitter >= 60 || roundTrip >= 800) return "Poor";
  return loss >= 0.01 || jitter >= 30 || roundTrip >= 300 ? "Fair" : "Good";
}
