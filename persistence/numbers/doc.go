// Package numbers knows the business numbers of the tenants, their sealed access
// tokens and the templates that Meta approved for them.
package numbers
