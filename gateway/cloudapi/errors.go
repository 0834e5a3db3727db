package cloudapi

import "time"

// Class says what an error code allows next.
type Class string

// Classes of errors.
const (
	ClassRetry      Class = "retry"           // a passing fault: again with back-off
	ClassRetryUser  Class = "retry_this_user" // only this person waits
	ClassRetryLater Class = "retry_later"     // hours, not seconds
	ClassPermanent  Class = "permanent"       // this message will never go
	ClassTemplate   Class = "template"        // the template's state forbids it
	ClassNumberStop Class = "number_stop"     // the number or account is stopped
	ClassAuthStop   Class = "auth_stop"       // the token or its rights are gone
	ClassHuman      Class = "human"           // a person decides
	ClassIgnore     Class = "ignore"          // a placeholder or a note
)

// Codes that callers act on by themselves.
const (
	CodeThroughput           = 130429 // the number sends too fast
	CodePairRate             = 131056 // too much to one person
	CodeMaintenance          = 131057
	CodeMaintenanceOfAccount = 2494100
	CodeToken                = 190
)

// CodeInfo explains an error code to people and to the sender. Meaning and Next
// are short English, shown beside the failed message.
type CodeInfo struct {
	Code    int
	Class   Class
	Meaning string
	Next    string        // next allowed action
	Wait    time.Duration // before the next try, if one is allowed
	Known   bool
}

// Explain looks a code up. An unknown code is permanent here; with an HTTP
// status of 5xx the client treats it as a passing fault.
func Explain(code int) CodeInfo {
	class, meaning := meaningOf(code)
	info := CodeInfo{Code: code, Class: class, Meaning: meaning, Known: meaning != ""}
	if !info.Known {
		info.Class, info.Meaning = ClassPermanent, "Meta reported an unknown error."
	}
	info.Next, info.Wait = nextAction(code, info.Class)
	return info
}

// meaningOf is the table of Meta's error codes (support/error-codes, 2026).
func meaningOf(code int) (Class, string) {
	switch {
	case code < 0:
		return "", ""
	case code < 1000:
		return graphCode(code)
	case code >= 130000 && code < 132000:
		return messagingCode(code)
	case code >= 132000 && code < 133000:
		return templateCode(code)
	}
	return otherCode(code)
}

// graphCode holds the codes of the Graph API itself.
func graphCode(code int) (Class, string) {
	switch {
	case code == 0 || code == 190 || code == 104:
		return ClassAuthStop, "The access token is missing, expired or not valid."
	case code == 1:
		return ClassRetry, "The request was not valid, or Meta had a fault."
	case code == 2:
		return ClassRetry, "Meta had a passing fault."
	case code == 3 || code == 10 || code >= 200 && code <= 299:
		return ClassAuthStop, "The app lacks a permission for this number."
	case code == 4:
		return ClassRetryLater, "The app made too many calls."
	case code == 33:
		return ClassNumberStop, "The number was deleted or its id is unknown."
	case code == 100:
		return ClassPermanent, "A parameter is wrong or unknown."
	case code == 368:
		return ClassNumberStop, "The account is restricted for a policy violation."
	}
	return "", ""
}

// messagingCode holds the codes of sending and receiving.
func messagingCode(code int) (Class, string) {
	switch code {
	case 130403:
		return ClassPermanent, "This business has blocked the person."
	case 130429:
		return ClassRetry, "The number reached its throughput."
	case 130472:
		return ClassPermanent, "Meta withheld this marketing message for an experiment."
	case 130497:
		return ClassPermanent, "The business may not message people of this country."
	case 131000:
		return ClassRetry, "Meta had an unknown fault."
	case 131005:
		return ClassAuthStop, "The token lacks a permission."
	case 131008:
		return ClassPermanent, "A required parameter is missing."
	case 131009:
		return ClassPermanent, "A parameter has a value that is not allowed."
	case 131016:
		return ClassRetry, "A service of Meta is not available."
	case 131021:
		return ClassPermanent, "Sender and recipient are the same number."
	case 131026:
		return ClassHuman, "The message cannot be delivered: no WhatsApp, an old version, or terms not accepted."
	case 131030:
		return ClassPermanent, "The recipient is not on the list of this test number."
	case 131031:
		return ClassNumberStop, "The account is locked."
	case 131037:
		return ClassNumberStop, "The display name of the number is not approved."
	case 131042:
		return ClassNumberStop, "There is a problem with the payment method."
	case 131045:
		return ClassNumberStop, "The number is not registered."
	case 131047:
		return ClassTemplate, "More than 24 hours have passed since the person last wrote."
	case 131048:
		return ClassNumberStop, "Sending is restricted because messages were reported as spam."
	case 131049:
		return ClassRetryLater, "Meta limits marketing messages to this person."
	case 131050:
		return ClassPermanent, "The person stopped marketing messages."
	case 131051:
		return ClassPermanent, "This type of message is not supported."
	case 131052:
		return ClassHuman, "The person's file could not be fetched."
	case 131053:
		return ClassPermanent, "The file could not be uploaded or fetched."
	case 131055:
		return ClassPermanent, "Only marketing templates may go this way."
	case 131056:
		return ClassRetryUser, "Too many messages to this person in a short time."
	case 131057:
		return ClassRetry, "The number is in maintenance."
	case 131060:
		return ClassIgnore, "The message is not readable here yet."
	case 131062:
		return ClassPermanent, "This message needs a phone number; the person shows none."
	case 131063:
		return ClassPermanent, "Marketing templates are switched off for this way of sending."
	case 131064:
		return ClassNumberStop, "The account is limited because templates were put in the wrong category."
	case 131020, 131041, 131059:
		return ClassPermanent, "The group does not allow this."
	}
	if code >= 131201 && code <= 131215 {
		return ClassPermanent, "The group does not allow this."
	}
	return "", ""
}

// templateCode holds the codes of templates and flows.
func templateCode(code int) (Class, string) {
	switch code {
	case 132000:
		return ClassPermanent, "The number of variables does not fit the template."
	case 132001:
		return ClassTemplate, "The template does not exist in this language or is not approved."
	case 132005:
		return ClassPermanent, "The filled-in text is too long."
	case 132007:
		return ClassPermanent, "The content breaks a policy."
	case 132008, 132012:
		return ClassPermanent, "A variable has the wrong format."
	case 132015:
		return ClassTemplate, "The template is paused for its quality."
	case 132016:
		return ClassTemplate, "The template is disabled for ever."
	case 132018:
		return ClassPermanent, "The variables do not pass the template's checks."
	case 132068:
		return ClassTemplate, "The flow is blocked."
	case 132069:
		return ClassTemplate, "The flow is throttled."
	}
	return "", ""
}

// otherCode holds registration, payments, marketing, accounts and what is rare.
func otherCode(code int) (Class, string) {
	switch code {
	case 2500:
		return ClassAuthStop, "The access token is missing, expired or not valid."
	case 80007:
		return ClassRetryLater, "The account made too many calls."
	case 133004:
		return ClassRetry, "Meta's server is not available."
	case 133010:
		return ClassNumberStop, "The number is not registered."
	case 133000, 133005, 133006, 133008, 133009, 133015, 133016:
		return ClassNumberStop, "The registration of the number needs an operator."
	case 134011:
		return ClassNumberStop, "The payment terms are not accepted yet."
	case 134100:
		return ClassPermanent, "Only marketing templates may go this way."
	case 134101:
		return ClassRetryLater, "The template is still being synchronised."
	case 134102:
		return ClassPermanent, "The template cannot go this way."
	case 135000:
		return ClassRetry, "Meta refused the parameters without saying why."
	case 137000:
		return ClassHuman, "The person's security code changed."
	case 147001, 147002, 147003, 147004, 147005:
		return ClassPermanent, "The username cannot be set."
	case 1752041:
		return ClassIgnore, "The onboarding was already requested."
	case 2388012, 2388091, 2388093, 2388103:
		return ClassNumberStop, "The number is being moved."
	case 2494100:
		return ClassRetry, "The number is in maintenance."
	case 2388019, 2388024, 2388039, 2388040, 2388047, 2388072, 2388073, 2388293, 2388299:
		return ClassPermanent, "The template cannot be created or changed like this."
	case 2593107, 2593108:
		return ClassNumberStop, "The history can no longer be fetched."
	case 2593109:
		return ClassIgnore, "The business does not share its history."
	}
	switch {
	case code >= 138000 && code < 139000:
		return ClassPermanent, "The call is not possible."
	case code >= 139000 && code < 140000:
		return ClassPermanent, "The flow or the block list refused the request."
	case code >= 200005 && code <= 200007:
		return ClassPermanent, "Template insights are not available."
	}
	return "", ""
}

// nextAction says in words what may be done, and how long to wait before.
func nextAction(code int, class Class) (string, time.Duration) {
	switch code {
	case 131026:
		return "Check the address or reach the person another way; no new try within 24 hours.", 0
	case 131047:
		return "Send an approved template.", 0
	case 131049:
		return "Wait at least 24 hours; try once more at most.", 24 * time.Hour
	case 131050:
		return "Do not send marketing to this person until they allow it again.", 0
	case 131053:
		return "Check type and size of the file and send it again.", 0
	case 131062:
		return "Ask the person for a phone number.", 0
	case 131057, 2494100:
		return "Nothing: it is sent again in a few minutes.", 2 * time.Minute
	case 132001:
		return "Refresh the templates; a new approval needs some minutes.", time.Minute
	case 132015:
		return "Wait until the template is released, or choose another.", 0
	case 132016:
		return "Choose another template.", 0
	case 134101:
		return "Nothing: it is sent again in ten minutes.", 10 * time.Minute
	}
	return nextForClass(class)
}

func nextForClass(class Class) (string, time.Duration) {
	switch class {
	case ClassRetry:
		return "Nothing: it is sent again by itself.", time.Second
	case ClassRetryUser:
		return "Nothing: it is sent again in some seconds.", 6 * time.Second
	case ClassRetryLater:
		return "Nothing: it is sent again later.", time.Hour
	case ClassTemplate:
		return "Choose another template.", 0
	case ClassNumberStop:
		return "An administrator must look at the number in WhatsApp Manager.", 0
	case ClassAuthStop:
		return "An administrator must renew the access token or its permissions.", 0
	case ClassHuman:
		return "Decide what to do with this message.", 0
	case ClassIgnore:
		return "Nothing.", 0
	}
	return "Change the message before sending it again.", 0
}
