package signin

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

const (
	period      = 30  // seconds that a code is good for
	skew        = 1   // steps before and after the present one whose codes are accepted
	remembered  = 200 // used codes, the last of them
	secretBytes = 20  // as long as a SHA-1, RFC 4226 section 4
	digits      = 6

	recoveryCodes = 10
	recoveryBytes = 10 // 80 bits: nobody guesses one, so that a plain hash keeps it and no pause is needed
	recoveryChars = 16
)

// base is how a phone's app takes a secret.
func base() *base32.Encoding { return base32.StdEncoding.WithPadding(base32.NoPadding) }

// codeAt is the code of a secret for a step of time.
func codeAt(secret string, step int64) (string, error) {
	code, err := hotp.GenerateCodeCustom(secret, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		return "", fmt.Errorf("compute code: %w", err)
	}
	return code, nil
}

// stepAt is the step of time that an instant lies in.
func stepAt(now time.Time) int64 { return now.Unix() / period }

// matching finds the step, of those around now, that a code is of and that is not
// used yet; ok is false where there is none. It takes as long whichever it is.
func matching(secret, code string, now time.Time, used []int64) (step int64, ok bool, err error) {
	at := stepAt(now)
	for n := at - skew; n <= at+skew; n++ {
		want, err := codeAt(secret, n)
		if err != nil {
			return 0, false, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && !slices.Contains(used, n) {
			step, ok = n, true
		}
	}
	return step, ok, nil
}

// spent adds a step to those that were used. They are forgotten by their number, not
// by the clock: one that has leapt and comes back finds those of before.
func spent(used []int64, step int64) []int64 {
	all := append(slices.Clone(used), step)
	return all[max(0, len(all)-remembered):]
}

func newSecret() string {
	secret := make([]byte, secretBytes)
	_, _ = rand.Read(secret) // never fails (crypto/rand)
	return base().EncodeToString(secret)
}

// address is what an authenticator reads from a QR code.
func address(issuer, account, secret string) string {
	q := url.Values{"secret": {secret}, "issuer": {issuer}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}
	label := url.PathEscape(issuer) + ":" + url.PathEscape(account)
	return "otpauth://totp/" + label + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

// newRecoveryCodes are codes as people read them, in groups of four.
func newRecoveryCodes() []string {
	codes := make([]string, recoveryCodes)
	for n := range codes {
		raw := make([]byte, recoveryBytes)
		_, _ = rand.Read(raw) // never fails (crypto/rand)
		text := strings.ToLower(base().EncodeToString(raw))
		codes[n] = text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
	}
	return codes
}

// cleaned is a code without what people put between its characters.
func cleaned(code string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1
		}
		return r
	}, code))
}

func recoveryHash(code string) []byte {
	sum := sha256.Sum256([]byte(cleaned(code)))
	return sum[:]
}

// pause is how long after so many wrong codes none is looked at: the first few cost
// nothing, then the pause doubles, up to a quarter of an hour.
func pause(failures int) time.Duration {
	const free, first, longest = 5, 15 * time.Second, 15 * time.Minute
	if failures < free {
		return 0
	}
	return min(first<<min(failures-free, 10), longest)
}
