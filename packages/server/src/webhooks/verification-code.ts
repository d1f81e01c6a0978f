import { signingKeys } from './secrets.ts';
import type { Webhook } from './webhook.ts';

/** Code that a receiver can paste: needs nothing but the language (Python: `cryptography` for Ed25519). */
export interface VerificationCode {
  readonly signature_version: 'v1' | 'v1a';
  readonly typescript: string;
  readonly python: string;
  readonly go: string;
  readonly php: string;
}

/**
 * How a receiver verifies this webhook, by the Standard Webhooks specification: over the raw body, in
 * constant time, with a tolerance of five minutes, accepting any one of several signatures. A request
 * without a body is signed over `METHOD path?query`.
 */
export function verificationCode(webhook: Pick<Webhook, 'secrets'>, now: Date): VerificationCode {
  const [key] = signingKeys(webhook, now.getTime());
  if (key?.publicKey) return ed25519(key.publicKey);
  return hmac;
}

const hmac: VerificationCode = {
  signature_version: 'v1',
  typescript: `import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** \`target\` is path and query as they arrived, \`body\` the raw bytes before any parsing. */
export function verify(secret: string, method: string, target: string, headers: IncomingHttpHeaders, body: Buffer): boolean {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') return false;
  if (!/^[0-9]+$/.test(timestamp) || Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false;
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret, 'utf8');
  const expected = createHmac('sha256', key)
    .update(id + '.' + timestamp + '.')
    .update(body.length > 0 ? body : method + ' ' + target)
    .digest();
  return signatures.split(' ').some((entry) => {
    const given = Buffer.from(entry.startsWith('v1,') ? entry.slice(3) : '', 'base64');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
`,
  python: `import base64
import hashlib
import hmac
import time


def verify(secret: str, method: str, target: str, headers: dict[str, str], body: bytes) -> bool:
    """headers: lower-case names; target: path and query as they arrived; body: the raw bytes."""
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not message_id or not (timestamp.isascii() and timestamp.isdigit()) or abs(time.time() - int(timestamp)) > 300:
        return False
    key = base64.b64decode(secret[6:] + "==") if secret.startswith("whsec_") else secret.encode()
    content = f"{message_id}.{timestamp}.".encode() + (body or f"{method} {target}".encode())
    expected = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    given = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(entry.encode(), expected.encode()) for entry in given)
`,
  go: `package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Verify takes the raw body as it was read, before any parsing.
func Verify(secret string, r *http.Request, body []byte) bool {
	timestamp := r.Header.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || math.Abs(float64(time.Now().Unix()-seconds)) > 300 {
		return false
	}
	key := []byte(secret)
	if encoded, ok := strings.CutPrefix(secret, "whsec_"); ok {
		if key, err = base64.RawStdEncoding.DecodeString(strings.TrimRight(encoded, "=")); err != nil {
			return false
		}
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(r.Header.Get("webhook-id") + "." + timestamp + "."))
	if len(body) > 0 {
		mac.Write(body)
	} else {
		mac.Write([]byte(r.Method + " " + r.RequestURI))
	}
	expected := []byte("v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	for _, given := range strings.Split(r.Header.Get("webhook-signature"), " ") {
		if hmac.Equal([]byte(given), expected) {
			return true
		}
	}
	return false
}
`,
  php: `<?php

/** $headers: lower-case names; $target: path and query as they arrived; $body: file_get_contents('php://input'). */
function verify(string $secret, string $method, string $target, array $headers, string $body): bool
{
    $id = $headers['webhook-id'] ?? '';
    $timestamp = $headers['webhook-timestamp'] ?? '';
    if ($id === '' || !ctype_digit($timestamp) || abs(time() - (int) $timestamp) > 300) {
        return false;
    }
    $key = str_starts_with($secret, 'whsec_') ? base64_decode(substr($secret, 6), true) : $secret;
    if ($key === false) {
        return false;
    }
    $content = "$id.$timestamp." . ($body !== '' ? $body : "$method $target");
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', $content, $key, true));
    foreach (explode(' ', $headers['webhook-signature'] ?? '') as $given) {
        if (hash_equals($expected, $given)) {
            return true;
        }
    }
    return false;
}
`,
};

function ed25519(publicKey: string): VerificationCode {
  return {
    signature_version: 'v1a',
    typescript: `import { createPublicKey, verify as verifySignature } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

// The public key of this webhook; it is no secret.
const publicKey = createPublicKey({
  format: 'jwk',
  key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from('${publicKey}'.slice(5), 'base64').toString('base64url') },
});

/** \`target\` is path and query as they arrived, \`body\` the raw bytes before any parsing. */
export function verify(method: string, target: string, headers: IncomingHttpHeaders, body: Buffer): boolean {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') return false;
  if (!/^[0-9]+$/.test(timestamp) || Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false;
  const payload = body.length > 0 ? body : Buffer.from(method + ' ' + target);
  const content = Buffer.concat([Buffer.from(id + '.' + timestamp + '.'), payload]);
  return signatures
    .split(' ')
    .some((entry) => entry.startsWith('v1a,') && verifySignature(null, content, publicKey, Buffer.from(entry.slice(4), 'base64')));
}
`,
    python: `import base64
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

# The public key of this webhook; it is no secret.
PUBLIC_KEY = Ed25519PublicKey.from_public_bytes(base64.b64decode("${publicKey}"[5:]))


def verify(method: str, target: str, headers: dict[str, str], body: bytes) -> bool:
    """headers: lower-case names; target: path and query as they arrived; body: the raw bytes."""
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not message_id or not (timestamp.isascii() and timestamp.isdigit()) or abs(time.time() - int(timestamp)) > 300:
        return False
    content = f"{message_id}.{timestamp}.".encode() + (body or f"{method} {target}".encode())
    for entry in headers.get("webhook-signature", "").split(" "):
        if entry.startswith("v1a,"):
            try:
                PUBLIC_KEY.verify(base64.b64decode(entry[4:]), content)
                return True
            except (InvalidSignature, ValueError):
                continue
    return False
`,
    go: `package webhook

import (
	"crypto/ed25519"
	"encoding/base64"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The public key of this webhook; it is no secret.
const publicKey = "${publicKey}"

// Verify takes the raw body as it was read, before any parsing.
func Verify(r *http.Request, body []byte) bool {
	timestamp := r.Header.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || math.Abs(float64(time.Now().Unix()-seconds)) > 300 {
		return false
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(publicKey, "whpk_"))
	if err != nil {
		return false
	}
	payload := body
	if len(payload) == 0 {
		payload = []byte(r.Method + " " + r.RequestURI)
	}
	content := append([]byte(r.Header.Get("webhook-id")+"."+timestamp+"."), payload...)
	for _, entry := range strings.Split(r.Header.Get("webhook-signature"), " ") {
		given, found := strings.CutPrefix(entry, "v1a,")
		signature, err := base64.StdEncoding.DecodeString(given)
		if found && err == nil && ed25519.Verify(key, content, signature) {
			return true
		}
	}
	return false
}
`,
    php: `<?php

/** The public key of this webhook; it is no secret. */
const PUBLIC_KEY = '${publicKey}';

/** $headers: lower-case names; $target: path and query as they arrived; $body: file_get_contents('php://input'). */
function verify(string $method, string $target, array $headers, string $body): bool
{
    $id = $headers['webhook-id'] ?? '';
    $timestamp = $headers['webhook-timestamp'] ?? '';
    if ($id === '' || !ctype_digit($timestamp) || abs(time() - (int) $timestamp) > 300) {
        return false;
    }
    $content = "$id.$timestamp." . ($body !== '' ? $body : "$method $target");
    $key = base64_decode(substr(PUBLIC_KEY, 5));
    foreach (explode(' ', $headers['webhook-signature'] ?? '') as $entry) {
        $given = str_starts_with($entry, 'v1a,') ? base64_decode(substr($entry, 4), true) : false;
        if (is_string($given) && strlen($given) === SODIUM_CRYPTO_SIGN_BYTES
            && sodium_crypto_sign_verify_detached($given, $content, $key)) {
            return true;
        }
    }
    return false;
}
`,
  };
}
