// Package demo is serve -demo: an engine beside a simulated Meta in one process,
// with a cast of people and customers whose story it tells at the first start,
// over the same APIs that everybody uses.
package demo
