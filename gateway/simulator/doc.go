// Package simulator is a Cloud API to run against, in memory: it accepts sends
// as Meta does, has phones that read and answer, and delivers signed webhooks
// until they are accepted. It serves demos, end-to-end tests and load.
//
// What it holds to, after Meta's documentation of 2026: the service window of
// 24 hours, throughput per number in both directions, the pair rate, lengths and
// required keys, errors in the Graph API's shape, statuses with callback data and
// user ids, and deliveries that are repeated without end until a 200.
//
// Faults are drawn from a seed: the same seed and the same calls give the same
// faults, as far as the order of concurrent calls allows. With seed 0 message ids
// are unpredictable, so that a restart on a kept database repeats none.
//
// Its clock can be moved and governs timestamps, the window and rates. Retries,
// delays of faults and time-outs use real time.
package simulator
