/// Certificates that are good for nothing but these tests: an authority, and a server at 127.0.0.1 and a client that it
/// signed; valid for a hundred years. The authority's own key was thrown away.
enum TestCertificates {
    static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBiTCCAS+gAwIBAgIUG27KRs6E0zJNjigs7mwxFpEBp7AwCgYIKoZIzj0EAwIw
        GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTIxMTk1NzE0WhgPMjEy
        NjEwMjgxOTU3MTRaMBkxFzAVBgNVBAMMDlRlc3QgYXV0aG9yaXR5MFkwEwYHKoZI
        zj0CAQYIKoZIzj0DAQcDQgAEf2knWwwIjcqkbdu0ky51vklOkJTqcFRDG5nNkcS2
        /uEr1DQTJyCpc28pTm2aBYNOo3JN+8XO4Lpmy/uBMW03m6NTMFEwHQYDVR0OBBYE
        FBqtdaakSK67+HIG3iMm6jcX16DhMB8GA1UdIwQYMBaAFBqtdaakSK67+HIG3iMm
        6jcX16DhMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAI3JeTOM
        iKAcAMJJRsFXCszT5Fk27uuoTLA43cr/TdJyAiAaszrEE5RCM3iHR9QRZzun45Vx
        gcd7AEARxk6x/FYg5A==
        -----END CERTIFICATE-----

        """
    static let server = """
        -----BEGIN CERTIFICATE-----
        MIIBjTCCATKgAwIBAgIUZWYt7bl+6XLyypqfTYQg3v+aID8wCgYIKoZIzj0EAwIw
        GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTIxMTk1NzE0WhgPMjEy
        NjEwMjgxOTU3MTRaMBExDzANBgNVBAMMBnNlcnZlcjBZMBMGByqGSM49AgEGCCqG
        SM49AwEHA0IABCwlSd6yBi97uDjL66ooRxQKGVTKhKG34Hop7vZ+nYLNBJ7LcdlE
        /1n64m1buKRcGG4d4AmG//qSg08dR7TWap6jXjBcMA8GA1UdEQQIMAaHBH8AAAEw
        CQYDVR0TBAIwADAdBgNVHQ4EFgQUGctrJdUS6YktB6myCcCMxOj6T2AwHwYDVR0j
        BBgwFoAUGq11pqRIrrv4cgbeIybqNxfXoOEwCgYIKoZIzj0EAwIDSQAwRgIhANAd
        3HsGWvOeR0cqhivu84Hj6wCIkwjTrAzxg/sVNpzOAiEAqpEchVYKw/IPE8nX93Xr
        9+3dKaLaa3lwPDsdh8tmjdQ=
        -----END CERTIFICATE-----

        """
    static let serverKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg+5A/TxmfXK9i0yYt
        /aAYd5djQK00Y9w9MmKUszWHmzShRANCAAQsJUnesgYve7g4y+uqKEcUChlUyoSh
        t+B6Ke72fp2CzQSey3HZRP9Z+uJtW7ikXBhuHeAJhv/6koNPHUe01mqe
        -----END PRIVATE KEY-----

        """
    static let client = """
        -----BEGIN CERTIFICATE-----
        MIIBizCCATKgAwIBAgIUZWYt7bl+6XLyypqfTYQg3v+aIEAwCgYIKoZIzj0EAwIw
        GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTIxMTk1NzE1WhgPMjEy
        NjEwMjgxOTU3MTVaMBExDzANBgNVBAMMBmNsaWVudDBZMBMGByqGSM49AgEGCCqG
        SM49AwEHA0IABFE+ZG5985TvN+G5VzICmsSUSYTOvGug6bMht1Np5meCl/6xs5Oo
        YwtnRiI1CM0oAg6VlxNDjPLjQlG/+RxwlLCjXjBcMA8GA1UdEQQIMAaHBH8AAAEw
        CQYDVR0TBAIwADAdBgNVHQ4EFgQUp4lueSJ8K+CnacIRR4tOnPdHxKcwHwYDVR0j
        BBgwFoAUGq11pqRIrrv4cgbeIybqNxfXoOEwCgYIKoZIzj0EAwIDRwAwRAIgXTHD
        6itKnCOyAxgIBEpvP2hreJmJ7KDsXX+cN3JfvyUCIGcLdD6p98UDLk3dTKImr14m
        UtV24/LhAZkk/40TO5tP
        -----END CERTIFICATE-----

        """
    static let clientKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAvg0ZLs+3SG9pAWl
        n6srvIeDAxkh/Jys9S5P4lxLkzmhRANCAARRPmRuffOU7zfhuVcyAprElEmEzrxr
        oOmzIbdTaeZngpf+sbOTqGMLZ0YiNQjNKAIOlZcTQ4zy40JRv/kccJSw
        -----END PRIVATE KEY-----

        """
}
