package cloudapi

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Errors of Download beyond those of the network.
var (
	// ErrForeignHost: the address is none that may get a token of ours.
	ErrForeignHost = errors.New("address of a foreign host")
	// ErrMediaTooLarge: the file is longer than the caller takes.
	ErrMediaTooLarge = errors.New("file is too large")
)

// maxHops is how often a download may be sent elsewhere.
const maxHops = 3

// MediaInfo is where a file can be downloaded, for five minutes (Meta, media).
type MediaInfo struct {
	URL    string
	MIME   string
	SHA256 string // hex
	Size   int64  // bytes; 0: not told
}

// Media asks where the file of an id is. The id belongs to a number, whose token
// is needed. A refusal may be about the number that is named to have it checked:
// then it is asked for once more without. Its error is always a *SendError;
// NoSuchObject tells a file that Meta does not have from all else.
func (c *Client) Media(ctx context.Context, number wa.PhoneNumberID, token, id string) (MediaInfo, error) {
	var answer struct {
		URL    string      `json:"url"`
		MIME   string      `json:"mime_type"`
		SHA256 string      `json:"sha256"`
		Size   looseString `json:"file_size"`
	}
	path := "/" + url.PathEscape(id)
	err := c.call(ctx, http.MethodGet, path, token, url.Values{"phone_number_id": {string(number)}}, nil, &answer)
	if refused, ok := errors.AsType[*SendError](err); ok && refused.aboutRequest() {
		err = c.call(ctx, http.MethodGet, path, token, nil, nil, &answer)
	}
	if err != nil {
		return MediaInfo{}, err
	}
	size, err := strconv.ParseInt(string(answer.Size), 10, 64)
	if err != nil {
		size = 0
	}
	return MediaInfo{URL: answer.URL, MIME: wa.CleanText(answer.MIME), SHA256: answer.SHA256, Size: size}, nil
}

// Download reads a file that Media told of and hands it on in pieces of len(buffer),
// the last one shorter; a piece is the sink's until it returns. It returns the
// length and the SHA-256 of the whole. A connection that brings nothing for the
// client's time-out is given up. The token goes to the configured Graph host and,
// over TLS, to hosts of Meta, and nowhere else, whatever the answers say
// (ErrForeignHost); more than limit bytes are ErrMediaTooLarge.
func (c *Client) Download(
	ctx context.Context, token, address string, limit int64, buffer []byte, sink func(piece []byte) error,
) (size int64, sum [sha256.Size]byte, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	idle := time.AfterFunc(c.timeout, cancel)
	defer idle.Stop()
	response, err := c.openMedia(ctx, token, address)
	if err != nil {
		return 0, sum, err
	}
	defer response.Body.Close()
	if response.ContentLength > limit {
		return 0, sum, ErrMediaTooLarge
	}
	hash := sha256.New()
	body := io.TeeReader(&watched{response.Body, idle, c.timeout}, hash)
	for {
		n, err := io.ReadFull(body, buffer)
		ended := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !ended {
			return size, sum, fmt.Errorf("download: %w", err)
		}
		if size += int64(n); size > limit {
			return size, sum, ErrMediaTooLarge
		}
		if n > 0 {
			if err := sink(buffer[:n]); err != nil {
				return size, sum, err
			}
			idle.Reset(c.timeout) // the sink's time is not the network's
		}
		if ended {
			return size, [sha256.Size]byte(hash.Sum(nil)), nil
		}
	}
}

// watched puts a time-out off with everything that is read.
type watched struct {
	io.Reader
	idle  *time.Timer
	pause time.Duration
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	w.idle.Reset(w.pause)
	return n, err //nolint:wrapcheck // io.Reader's contract names io.EOF itself
}

// openMedia follows redirects by itself: each address is judged before the token
// goes there.
func (c *Client) openMedia(ctx context.Context, token, address string) (*http.Response, error) {
	for range maxHops + 1 {
		u, err := url.Parse(address)
		if err != nil || !c.trusts(u) {
			return nil, ErrForeignHost
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
		if err != nil {
			return nil, fmt.Errorf("download: %w", err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		request.Header.Set("User-Agent", userAgent) // the lookaside host refuses none
		request.Header.Set("Accept-Encoding", "identity")
		response, err := c.http.Do(request)
		if err != nil {
			if wrapped, ok := errors.AsType[*url.Error](err); ok {
				err = wrapped.Err // the address holds a signature
			}
			return nil, fmt.Errorf("download: %w", err)
		}
		next, err := response.Location()
		switch {
		case response.StatusCode == http.StatusOK:
			return response, nil
		case response.StatusCode >= 300 && response.StatusCode <= 399 && err == nil:
			address = next.String()
			response.Body.Close()
		default:
			response.Body.Close()
			return nil, fmt.Errorf("download: HTTP status %d", response.StatusCode)
		}
	}
	return nil, errors.New("download: sent elsewhere too often")
}

// trusts says whether an address may get a token: the configured Graph API, or a
// host of Meta over TLS. The host of files is lookaside.fbsbx.com (Meta, media).
func (c *Client) trusts(u *url.URL) bool {
	if u.User != nil {
		return false
	}
	if base, err := url.Parse(c.base); err == nil && u.Scheme == base.Scheme && u.Host == base.Host {
		return true
	}
	if u.Scheme != "https" || u.Port() != "" && u.Port() != "443" {
		return false
	}
	host := strings.ToLower(u.Hostname())
	for _, meta := range []string{"fbsbx.com", "facebook.com", "fbcdn.net", "whatsapp.net"} {
		if host == meta || strings.HasSuffix(host, "."+meta) {
			return true
		}
	}
	return false
}

// SameSum compares a SHA-256 with one as Meta writes it: base64 in webhooks, hex
// elsewhere. An empty one is equal to all.
func SameSum(sum [sha256.Size]byte, told string) bool {
	if told == "" {
		return true
	}
	want, err := hex.DecodeString(told)
	if err != nil || len(want) != sha256.Size {
		want, err = base64.RawStdEncoding.DecodeString(strings.TrimRight(told, "="))
	}
	return err == nil && string(want) == string(sum[:])
}
