package cloudapi

import "github.com/prosa-chat/prosa/gateway/cloudapi/codes"

// Class says what an error code allows next.
type Class = codes.Class

// Classes of errors; package codes has the table.
const (
	ClassRetry      = codes.Retry
	ClassRetryUser  = codes.RetryUser
	ClassRetryLater = codes.RetryLater
	ClassPermanent  = codes.Permanent
	ClassTemplate   = codes.Template
	ClassNumberStop = codes.NumberStop
	ClassAuthStop   = codes.AuthStop
	ClassHuman      = codes.Human
	ClassIgnore     = codes.Ignore
)

// Codes that callers act on by themselves.
const (
	CodeThroughput           = 130429 // the number sends too fast
	CodePairRate             = 131056 // too much to one person
	CodeMaintenance          = 131057
	CodeMaintenanceOfAccount = 2494100
	CodeToken                = 190
	CodeTemplateMissing      = 132001
	CodeTemplatePaused       = 132015
	CodeBlocked              = 130403 // the number blocks the person
	CodeOptedOut             = 131050 // the person stopped marketing
	CodeAppCalls             = 4      // the app made too many calls
	CodeAccountCalls         = 80007  // the account did
)

// CodeInfo explains an error code to people and to the sender.
type CodeInfo = codes.Info

// Explain looks a code up. An unknown code is permanent here; with an HTTP
// status of 5xx the client treats it as a passing fault.
func Explain(code int) CodeInfo { return codes.Explain(code) }
