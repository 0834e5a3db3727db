// Package rest reads requests strictly and writes answers.
package rest
