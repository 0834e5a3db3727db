// Package prosatest starts prosa for tests that drive it from outside, in this
// process or as processes of their own, beside a simulated Meta and a database,
// and speaks to it as browsers and Meta do.
package prosatest
