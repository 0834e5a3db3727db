// Package upload brings files that we keep to Meta, each content once for a number.
package upload
