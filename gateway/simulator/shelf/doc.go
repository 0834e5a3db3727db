// Package shelf is where the simulated Meta keeps the files that businesses upload: each
// for one number and 30 days by its clock, and sent only as what it is.
package shelf
