package connection

import (
	"errors"

	"github.com/prosa-chat/prosa/gateway/cloudapi/onboarding"
)

// remedyOf says what helps against a reason.
func remedyOf(reason string) string {
	const newToken = "make a system user's token with whatsapp_business_messaging and whatsapp_business_management, and give it here"
	switch reason {
	case "token_invalid", "token_expired":
		return newToken
	case "token_expires":
		return "make a token that never expires, or replace this one before then"
	case "token_of_person":
		return "use a system user's token: a person's ends with their password or their job"
	case "token_closed":
		return "nothing, as long as the steps that follow pass"
	case "not_permitted":
		return "give the token the named permission in Business settings, System users, and make it anew"
	case "account_needed":
		return "give the id of the WhatsApp Business Account, from API Setup"
	case "account_choose":
		return "choose one of the accounts"
	case "unseen":
		return "copy the id from API Setup, and assign the account to the system user of the token"
	case "foreign_account", "foreign_portfolio":
		return "connect its numbers there, or ask the operator: a portfolio belongs to one company of an installation"
	case "owner_untold":
		return "give the token the permission business_management, so that Meta tells who owns the account"
	case "foreign_number":
		return "choose another number, or ask the operator: it is connected by another company"
	case "already_ours":
		return "nothing: it is connected anew, with this token"
	case "not_of_account":
		return "choose a number of the account, or go back and give the account that it belongs to"
	case "code_sent":
		return "give the code within ten minutes"
	case "code_wrong":
		return "look at the newest code, or ask for another"
	case "code_too_often":
		return "wait some hours; Meta says in WhatsApp Manager when it sends codes again"
	case "unverified":
		return "verify the number with a code first"
	}
	return remedyOfActivation(reason)
}

func remedyOfActivation(reason string) string {
	switch reason {
	case "not_listed":
		return "try again; if it stays, subscribe the app in the app's dashboard, under WhatsApp, Configuration"
	case "override":
		return "look whether the address is this installation's; another system may have set it"
	case "others_too":
		return "nothing, unless another system should not get the messages any more"
	case "pin_wrong":
		return "give the PIN of the number's two-step verification; whoever does not know it resets it in WhatsApp Manager"
	case "pin_too_many":
		return "wait 12 hours, or reset the PIN in WhatsApp Manager"
	case "pin_too_fast":
		return "wait some minutes"
	case "pin_needed":
		return "give six digits: the PIN of the number's two-step verification, or a new one where it has none"
	case "too_often":
		return "wait: Meta registers a number ten times in 72 hours"
	case "just_deleted":
		return "wait five minutes"
	case "half_removed":
		return "deregister the number in WhatsApp Manager once more, then try again"
	case "terms_not_taken":
		return "accept the terms in Business settings first"
	case "refused":
		return "read Meta's words; if they do not help, look at the number in WhatsApp Manager"
	}
	return ""
}

// denied puts what Meta has refused at its check; any other error stays one.
func (v *View) denied(err error, name, field string) error {
	refusal, ok := errors.AsType[*onboarding.Refusal](err)
	if !ok {
		return err
	}
	switch refusal.Reason {
	case onboarding.TokenInvalid, onboarding.TokenExpired, onboarding.NotPermitted:
		field = "token"
	}
	v.put(Check{Name: name, State: refused, Field: field, Reason: string(refusal.Reason), Detail: refusal.Detail, Code: refusal.Code})
	return nil
}

// last counts the tries that are left at a check.
func (v *View) tries(name string, left int) {
	for i := range v.Checks {
		if v.Checks[i].Name == name {
			v.Checks[i].TriesLeft = &left
		}
	}
}
