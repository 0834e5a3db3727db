// Package tenants serves the life of tenants: to whoever runs the installation, by
// operator keys, and to a tenant's own administrators what concerns them.
package tenants
