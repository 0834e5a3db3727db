// Package identity keeps by which OpenID Connect provider the people of a tenant may
// sign in, and who they are there.
//
// Somebody is known by issuer and subject once he has signed in, by his e-mail before;
// an account of another tenant is never found. However the settings and accounts are
// changed, an administrator keeps a password as his way in.
package identity
