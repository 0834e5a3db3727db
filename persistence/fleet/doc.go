// Package fleet keeps how the business numbers fare: what Meta tells of each, when a
// webhook about it came last, and what of that is trouble. Judge is the one place that
// says what trouble is; each write judges anew and keeps since when it is so.
package fleet
