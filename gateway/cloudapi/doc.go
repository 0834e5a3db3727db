// Package cloudapi speaks Meta's WhatsApp Cloud API: it turns webhook bodies
// into events, checks and makes signatures, sends messages, and knows what each
// error code allows next.
//
// Meta's payloads are read tolerantly. An unknown field, type or status is kept,
// an item that cannot be read becomes an event of kind broken, and neither takes
// its neighbours along. What a body contains is never written to an error text.
//
// Facts about the API are from Meta's documentation of 2026 (webhooks reference,
// business-scoped user ids, message API, error codes).
package cloudapi
