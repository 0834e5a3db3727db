// Package graphapi serves the part of Meta's Graph API that programs of the Cloud API use
// to send: such a program writes through Prosa once its base URL is changed to /graph and
// its token is an API key.
//
//	POST /graph/v25.0/{phone-number-id}/messages     a message, a read mark, typing
//	GET  /graph/v25.0/{phone-number-id}              the number
//	GET  /graph/v25.0/{account-id}/message_templates templates of an account
//	POST /graph/v25.0/{phone-number-id}/media        a file; its id is sent later
//	GET  /graph/v25.0/{media-id}                     where a file can be read, and what it is
//	DELETE /graph/v25.0/{media-id}                   a file that was not sent
//
// Any version is taken. What a program sends is an order like that of everybody else: the
// conversation judges ownership, window and limits, lanes and idempotency hold, and the
// answer comes when it is stored, in Meta's shape, as every error does. Waiting for Meta
// would tie a client to the pace of the number.
//
// The answer's message id is ours in the shape of a wamid (wamid.PROSA…). It is taken
// wherever such a program names a message: to quote it, to react to it.
package graphapi
