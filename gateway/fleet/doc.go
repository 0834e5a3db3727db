// Package fleet shows administrators how all numbers of their tenant fare, changes what
// is set of one, and has many pause or go on.
package fleet
