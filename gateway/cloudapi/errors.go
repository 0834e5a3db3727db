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
	CodeTemplateMissing      = 132001
	CodeTemplatePaused       = 132015
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
	info := meaningOf(code)
	info.Code, info.Known = code, info.Meaning != ""
	if !info.Known {
		info.Class, info.Meaning = ClassPermanent, "Meta reported an unknown error."
	}
	if info.Next == "" {
		info.Next, info.Wait = nextForClass(info.Class)
	}
	return info
}

// meaningOf is the table of Meta's error codes (support/error-codes, 2026).
func meaningOf(code int) CodeInfo {
	switch {
	case code < 0:
		return CodeInfo{}
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
func graphCode(code int) CodeInfo {
	switch {
	case code == 0 || code == CodeToken || code == 104:
		return CodeInfo{Class: ClassAuthStop, Meaning: "The access token is missing, expired or not valid."}
	case code == 1:
		return CodeInfo{Class: ClassRetry, Meaning: "The request was not valid, or Meta had a fault."}
	case code == 2:
		return CodeInfo{Class: ClassRetry, Meaning: "Meta had a passing fault."}
	case code == 3 || code == 10 || code >= 200 && code <= 299:
		return CodeInfo{Class: ClassAuthStop, Meaning: "The app lacks a permission for this number."}
	case code == 4:
		return CodeInfo{Class: ClassRetryLater, Meaning: "The app made too many calls."}
	case code == codeObject:
		return CodeInfo{Class: ClassNumberStop, Meaning: "The number was deleted or its id is unknown."}
	case code == codeParameter:
		return CodeInfo{Class: ClassPermanent, Meaning: "A parameter is wrong or unknown."}
	case code == 368:
		return CodeInfo{Class: ClassNumberStop, Meaning: "The account is restricted for a policy violation."}
	}
	return CodeInfo{}
}

// messagingCode holds the codes of sending and receiving.
func messagingCode(code int) CodeInfo {
	switch code {
	case 130403:
		return CodeInfo{Class: ClassPermanent, Meaning: "This business has blocked the person."}
	case CodeThroughput:
		return CodeInfo{Class: ClassRetry, Meaning: "The number reached its throughput."}
	case 130472:
		return CodeInfo{Class: ClassPermanent, Meaning: "Meta withheld this marketing message for an experiment."}
	case 130497:
		return CodeInfo{Class: ClassPermanent, Meaning: "The business may not message people of this country."}
	case 131000:
		return CodeInfo{Class: ClassRetry, Meaning: "Meta had an unknown fault."}
	case 131005:
		return CodeInfo{Class: ClassAuthStop, Meaning: "The token lacks a permission."}
	case 131008:
		return CodeInfo{Class: ClassPermanent, Meaning: "A required parameter is missing."}
	case 131009:
		return CodeInfo{Class: ClassPermanent, Meaning: "A parameter has a value that is not allowed."}
	case 131016:
		return CodeInfo{Class: ClassRetry, Meaning: "A service of Meta is not available."}
	case 131021:
		return CodeInfo{Class: ClassPermanent, Meaning: "Sender and recipient are the same number."}
	case 131026:
		return CodeInfo{
			Class: ClassHuman, Meaning: "The message cannot be delivered: no WhatsApp, an old version, or terms not accepted.",
			Next: "Check the address or reach the person another way; no new try within 24 hours.",
		}
	case 131030:
		return CodeInfo{Class: ClassPermanent, Meaning: "The recipient is not on the list of this test number."}
	case 131031:
		return CodeInfo{Class: ClassNumberStop, Meaning: "The account is locked."}
	case 131037:
		return CodeInfo{Class: ClassNumberStop, Meaning: "The display name of the number is not approved."}
	case 131042:
		return CodeInfo{Class: ClassNumberStop, Meaning: "There is a problem with the payment method."}
	case 131045:
		return CodeInfo{Class: ClassNumberStop, Meaning: "The number is not registered."}
	case 131047:
		return CodeInfo{
			Class: ClassTemplate, Meaning: "More than 24 hours have passed since the person last wrote.",
			Next: "Send an approved template.",
		}
	case 131048:
		return CodeInfo{Class: ClassNumberStop, Meaning: "Sending is restricted because messages were reported as spam."}
	case 131049:
		return CodeInfo{
			Class: ClassRetryLater, Meaning: "Meta limits marketing messages to this person.",
			Next: "Wait at least 24 hours; try once more at most.", Wait: 24 * time.Hour,
		}
	case 131050:
		return CodeInfo{
			Class: ClassPermanent, Meaning: "The person stopped marketing messages.",
			Next: "Do not send marketing to this person until they allow it again.",
		}
	case 131051:
		return CodeInfo{Class: ClassPermanent, Meaning: "This type of message is not supported."}
	case 131052:
		return CodeInfo{Class: ClassHuman, Meaning: "The person's file could not be fetched."}
	case 131053:
		return CodeInfo{
			Class: ClassPermanent, Meaning: "The file could not be uploaded or fetched.",
			Next: "Check type and size of the file and send it again.",
		}
	case 131055:
		return CodeInfo{Class: ClassPermanent, Meaning: "Only marketing templates may go this way."}
	case CodePairRate:
		return CodeInfo{Class: ClassRetryUser, Meaning: "Too many messages to this person in a short time."}
	case CodeMaintenance:
		return CodeInfo{
			Class: ClassRetry, Meaning: "The number is in maintenance.",
			Next: "Nothing: it is sent again in a few minutes.", Wait: 2 * time.Minute,
		}
	case 131060:
		return CodeInfo{Class: ClassIgnore, Meaning: "The message is not readable here yet."}
	case 131062:
		return CodeInfo{
			Class: ClassPermanent, Meaning: "This message needs a phone number; the person shows none.",
			Next: "Ask the person for a phone number.",
		}
	case 131063:
		return CodeInfo{Class: ClassPermanent, Meaning: "Marketing templates are switched off for this way of sending."}
	case 131064:
		return CodeInfo{Class: ClassNumberStop, Meaning: "The account is limited because templates were put in the wrong category."}
	case 131020, 131041, 131059:
		return CodeInfo{Class: ClassPermanent, Meaning: "The group does not allow this."}
	}
	if code >= 131201 && code <= 131215 {
		return CodeInfo{Class: ClassPermanent, Meaning: "The group does not allow this."}
	}
	return CodeInfo{}
}

// templateCode holds the codes of templates and flows.
func templateCode(code int) CodeInfo {
	switch code {
	case 132000:
		return CodeInfo{Class: ClassPermanent, Meaning: "The number of variables does not fit the template."}
	case CodeTemplateMissing:
		return CodeInfo{
			Class: ClassTemplate, Meaning: "The template does not exist in this language or is not approved.",
			Next: "Refresh the templates; a new approval needs some minutes.", Wait: time.Minute,
		}
	case 132005:
		return CodeInfo{Class: ClassPermanent, Meaning: "The filled-in text is too long."}
	case 132007:
		return CodeInfo{Class: ClassPermanent, Meaning: "The content breaks a policy."}
	case 132008, 132012:
		return CodeInfo{Class: ClassPermanent, Meaning: "A variable has the wrong format."}
	case CodeTemplatePaused:
		return CodeInfo{
			Class: ClassTemplate, Meaning: "The template is paused for its quality.",
			Next: "Wait until the template is released, or choose another.",
		}
	case 132016:
		return CodeInfo{
			Class: ClassTemplate, Meaning: "The template is disabled for ever.",
			Next: "Choose another template.",
		}
	case 132018:
		return CodeInfo{Class: ClassPermanent, Meaning: "The variables do not pass the template's checks."}
	case 132068:
		return CodeInfo{Class: ClassTemplate, Meaning: "The flow is blocked."}
	case 132069:
		return CodeInfo{Class: ClassTemplate, Meaning: "The flow is throttled."}
	}
	return CodeInfo{}
}

// otherCode holds registration, payments, marketing, accounts and what is rare.
func otherCode(code int) CodeInfo {
	switch code {
	case 2500:
		return CodeInfo{Class: ClassAuthStop, Meaning: "The access token is missing, expired or not valid."}
	case 80007:
		return CodeInfo{Class: ClassRetryLater, Meaning: "The account made too many calls."}
	case 133004:
		return CodeInfo{Class: ClassRetry, Meaning: "Meta's server is not available."}
	case 133010:
		return CodeInfo{Class: ClassNumberStop, Meaning: "The number is not registered."}
	case 133000, 133005, 133006, 133008, 133009, 133015, 133016:
		return CodeInfo{Class: ClassNumberStop, Meaning: "The registration of the number needs an operator."}
	case 134011:
		return CodeInfo{Class: ClassNumberStop, Meaning: "The payment terms are not accepted yet."}
	case 134100:
		return CodeInfo{Class: ClassPermanent, Meaning: "Only marketing templates may go this way."}
	case 134101:
		return CodeInfo{
			Class: ClassRetryLater, Meaning: "The template is still being synchronised.",
			Next: "Nothing: it is sent again in ten minutes.", Wait: 10 * time.Minute,
		}
	case 134102:
		return CodeInfo{Class: ClassPermanent, Meaning: "The template cannot go this way."}
	case 135000:
		return CodeInfo{Class: ClassRetry, Meaning: "Meta refused the parameters without saying why."}
	case 136024, 136025:
		return CodeInfo{Class: ClassNumberStop, Meaning: "The number could not be verified."}
	case 137000:
		return CodeInfo{Class: ClassHuman, Meaning: "The person's security code changed."}
	case 147001, 147002, 147003, 147004, 147005:
		return CodeInfo{Class: ClassPermanent, Meaning: "The username cannot be set."}
	case 1752041:
		return CodeInfo{Class: ClassIgnore, Meaning: "The onboarding was already requested."}
	case 2388012, 2388091, 2388093, 2388103:
		return CodeInfo{Class: ClassNumberStop, Meaning: "The number is being moved."}
	case CodeMaintenanceOfAccount:
		return CodeInfo{
			Class: ClassRetry, Meaning: "The number is in maintenance.",
			Next: "Nothing: it is sent again in a few minutes.", Wait: 2 * time.Minute,
		}
	case 2388019, 2388024, 2388039, 2388040, 2388047, 2388072, 2388073, 2388293, 2388299:
		return CodeInfo{Class: ClassPermanent, Meaning: "The template cannot be created or changed like this."}
	case 2593107, 2593108:
		return CodeInfo{Class: ClassNumberStop, Meaning: "The history can no longer be fetched."}
	case 2593109:
		return CodeInfo{Class: ClassIgnore, Meaning: "The business does not share its history."}
	}
	switch {
	case code >= 138000 && code < 139000:
		return CodeInfo{Class: ClassPermanent, Meaning: "The call is not possible."}
	case code >= 139000 && code < 140000:
		return CodeInfo{Class: ClassPermanent, Meaning: "The flow or the block list refused the request."}
	case code >= 200005 && code <= 200007:
		return CodeInfo{Class: ClassPermanent, Meaning: "Template insights are not available."}
	}
	return CodeInfo{}
}

// nextForClass says in words what may be done, and how long to wait before, where a
// code says nothing of its own.
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
