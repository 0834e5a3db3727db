package onboarding

import (
	"context"
	"net/url"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Ways by which Meta tells a code to whoever holds the number.
const (
	BySMS   = "SMS"
	ByVoice = "VOICE"
)

// RequestCode has Meta send a code of six digits to the number, in a language such as
// pt_BR.
func (c *Client) RequestCode(ctx context.Context, id wa.PhoneNumberID, method, language, token string) error {
	query := url.Values{"code_method": {method}, "language": {language}}
	return c.do(ctx, path(string(id), "request_code"), token, query, nil, map[int]Reason{codeRequest: CodeTooOften, codeVerify: CodeTooOften})
}

// VerifyCode shows Meta the code.
func (c *Client) VerifyCode(ctx context.Context, id wa.PhoneNumberID, code, token string) error {
	body := map[string]string{"code": code}
	return c.do(ctx, path(string(id), "verify_code"), token, nil, body, map[int]Reason{codeVerify: CodeWrong, codeRequest: CodeTooOften})
}

// Register has a number send and receive by the API. The PIN of six digits is that of
// its two-step verification; a number that has none gets this one. Doing it again with
// the same PIN changes nothing but counts as one of ten in 72 hours.
func (c *Client) Register(ctx context.Context, id wa.PhoneNumberID, pin, token string) error {
	body := map[string]string{"messaging_product": "whatsapp", "pin": pin}
	return c.do(ctx, path(string(id), "register"), token, nil, body, ofRegistration())
}
