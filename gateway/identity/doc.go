// Package identity lets people sign in by their company's OpenID Connect provider, and
// administrators set it.
//
// The flow is that of an authorization code with PKCE. What a sign-in was begun with,
// state, nonce and verifier, lies sealed in a cookie of the browser that began it: a code
// that another browser brings is not looked at. Whatever goes wrong ends at the login
// page, which has a sentence for each of the reasons here, and a password stays good.
package identity
