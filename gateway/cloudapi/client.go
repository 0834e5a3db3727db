package cloudapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi/meter"
	"github.com/prosa-chat/prosa/gateway/cloudapi/signature"
)

const (
	defaultBaseURL = "https://graph.facebook.com"
	defaultVersion = "v25.0" // lives until 29 July 2028
	defaultTimeout = 30 * time.Second
	userAgent      = "Prosa/1 (+https://github.com/prosa-chat/prosa)"
	maxAnswer      = 1 << 20
)

// Config says where and how to reach the Graph API. The zero value is Meta.
type Config struct {
	BaseURL   string // without a trailing slash
	Version   string // like v25.0
	AppSecret string // adds appsecret_proof to every call
	Timeout   time.Duration
	HTTP      *http.Client
	// Refused is the pause between calls with a token that Meta refuses, as the error of
	// those in between says. 0: each call is made.
	Refused time.Duration
}

// Client calls the Graph API. It is safe for concurrent use and keeps no tokens,
// and of answers what meter says.
type Client struct {
	base    string
	secret  string
	timeout time.Duration
	http    *http.Client
	meter   *meter.Meter
}

// NewClient fills in what Config leaves out. Redirects are never followed: the
// answer to a POST that was moved is unknown.
func NewClient(c Config) *Client {
	base, version, timeout := c.BaseURL, c.Version, c.Timeout
	if base == "" {
		base = defaultBaseURL
	}
	if version == "" {
		version = defaultVersion
	}
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	own := http.Client{Transport: defaultTransport()}
	if c.HTTP != nil {
		own = *c.HTTP
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{
		base: strings.TrimRight(base, "/") + "/" + version, secret: c.AppSecret, timeout: timeout, http: &own, meter: meter.New(c.Refused),
	}
}

// defaultTransport keeps enough idle connections for a number at full pace; the
// standard two would open a new one for nearly every send.
func defaultTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns, t.MaxIdleConnsPerHost = 256, 256
	return t
}

// Close drops idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Call makes a request that this package has no method for, of a path that begins
// with a slash. Its error is always a *SendError.
func (c *Client) Call(ctx context.Context, method, path, token string, query url.Values, body, answer any) error {
	return c.call(ctx, method, path, token, query, body, answer)
}

// call makes one request and decodes a success into answer. Its error is always
// a *SendError.
func (c *Client) call(ctx context.Context, method, path, token string, query url.Values, body, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	var left atomic.Bool // a byte of the request may have left
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { left.Store(true) }})
	request, err := c.request(ctx, method, path, token, query, body)
	if err != nil {
		return &SendError{Outcome: Rejected, Class: ClassPermanent, Detail: "request cannot be built", Err: err}
	}
	if held := c.meter.Ask(token, strings.HasSuffix(path, "/messages"), time.Now()); held != nil {
		return heldBack(held)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return transportError(err, left.Load())
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return transportError(err, true)
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		failure := answerError(response.StatusCode, response.Header, text)
		c.meter.Heard(token, failure.Code, response.StatusCode, response.Header, time.Now())
		return failure
	}
	c.meter.Heard(token, 0, response.StatusCode, response.Header, time.Now())
	if err := json.Unmarshal(text, answer); err != nil {
		return &SendError{
			Outcome: Ambiguous, Class: ClassHuman, HTTPStatus: response.StatusCode, Detail: "answer is not readable", Err: err,
		}
	}
	return nil
}

func (c *Client) request(ctx context.Context, method, path, token string, query url.Values, body any) (*http.Request, error) {
	var reader io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("encode request: %w", err)
		}
		reader = bytes.NewReader(text)
	}
	if query == nil {
		query = url.Values{}
	}
	if secret := c.secretFor(ctx); secret != "" {
		query.Set("appsecret_proof", signature.Proof(secret, token))
	}
	target := c.base + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, method, target, reader)
	if err != nil {
		return nil, fmt.Errorf("build request: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("User-Agent", userAgent)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	return request, nil
}

type provedByKey struct{}

// ProvedBy has calls with the context carry the proof of another app than
// Config.AppSecret: that of the app to which the token belongs. Without a secret they
// carry none.
func ProvedBy(ctx context.Context, secret string) context.Context {
	return context.WithValue(ctx, provedByKey{}, secret)
}

func (c *Client) secretFor(ctx context.Context) string {
	if secret, ok := ctx.Value(provedByKey{}).(string); ok {
		return secret
	}
	return c.secret
}

// transportError judges a call without an answer. Before the headers were
// written nothing can have reached Meta: dial, TLS, DNS, or our own deadline.
func transportError(err error, left bool) *SendError {
	// The URL in the error carries the proof; only the cause is kept.
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	if left {
		return &SendError{Outcome: Ambiguous, Class: ClassHuman, Detail: "connection ended before the answer", Err: err}
	}
	return &SendError{Outcome: Retry, Class: ClassRetry, Detail: "connection was not made", Err: err}
}

// numberPath builds the path of a number's edge.
func numberPath(number wa.PhoneNumberID, edge string) string {
	return "/" + url.PathEscape(string(number)) + "/" + edge
}
