// Package fleet keeps how the business numbers fare: what Meta tells of each, when a
// webhook about it came last, and what of that is trouble. Judge is the one place that
// says what trouble is; each write judges anew and keeps since when it is so.
//
// It also counts what goes through each number, for a minute, a day and a month, and keeps
// what Meta said over a year. Counts are kept in memory and added every few seconds: no
// message waits for them.
package fleet
