package onboarding

import (
	"errors"
	"fmt"

	"github.com/prosa-chat/prosa/gateway/cloudapi"
)

// Reason says why a step was refused. It is stable: pages have words for each.
type Reason string

// Reasons of Meta's refusals.
const (
	Refused       Reason = "refused" // for a reason that has no name here; see the detail
	TokenInvalid  Reason = "token_invalid"
	TokenExpired  Reason = "token_expired"
	NotPermitted  Reason = "not_permitted" // the token lacks a permission
	Unseen        Reason = "unseen"        // there is no such object, or not for this token
	CodeWrong     Reason = "code_wrong"
	CodeTooOften  Reason = "code_too_often" // no further code or guess for some hours
	PinWrong      Reason = "pin_wrong"
	PinTooMany    Reason = "pin_too_many" // guesses
	PinTooFast    Reason = "pin_too_fast"
	PinNeeded     Reason = "pin_needed"
	Unverified    Reason = "unverified"   // a code is needed first
	TooOften      Reason = "too_often"    // registered too often; locked for up to 72 hours
	JustDeleted   Reason = "just_deleted" // again in five minutes
	HalfRemoved   Reason = "half_removed" // an earlier deregistration did not end
	TermsNotTaken Reason = "terms_not_taken"
)

// Refusal is a step that Meta does not do. Detail is Meta's own explanation, without
// token, code or PIN.
type Refusal struct {
	Reason Reason
	Code   int // Meta's
	Detail string
	Err    *cloudapi.SendError
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("refused by Meta: %s (code %d): %s", r.Reason, r.Code, r.Detail)
}

// Unwrap gives what the client made of the answer.
func (r *Refusal) Unwrap() error { return r.Err }

// Codes and subcodes of Graph (Meta, error codes and access token errors).
const (
	codeVerify     = 136025
	codeRequest    = 136024
	subcodeExpired = 463
)

// judge turns an answer that denies into a *Refusal. What says nothing about the step
// (no connection, a fault or a limit of Meta's) stays what it is.
func judge(err error, of map[int]Reason) error {
	answer, ok := errors.AsType[*cloudapi.SendError](err)
	if !ok || answer.HTTPStatus == 0 || answer.Code == 0 && answer.Class != cloudapi.ClassAuthStop {
		return err
	}
	reason, known := of[answer.Code]
	switch {
	case known:
	case answer.Code == cloudapi.CodeToken && answer.Subcode == subcodeExpired:
		reason = TokenExpired
	case answer.Code == 10, answer.Code == 3, answer.Code >= 200 && answer.Code <= 299:
		reason = NotPermitted
	case answer.Class == cloudapi.ClassAuthStop:
		reason = TokenInvalid
	case answer.NoSuchObject():
		reason = Unseen
	case answer.Class == cloudapi.ClassRetry, answer.Class == cloudapi.ClassRetryLater:
		return err
	default:
		reason = Refused
	}
	return &Refusal{reason, answer.Code, answer.Detail, answer}
}

// ofRegistration are the codes that registering a number has of its own.
func ofRegistration() map[int]Reason {
	return map[int]Reason{
		133000: HalfRemoved, 133005: PinWrong, 133006: Unverified, 133008: PinTooMany, 133009: PinTooFast, 133015: JustDeleted,
		133016: TooOften, 134011: TermsNotTaken,
	}
}
