<?php

declare(strict_types=1);

namespace Guanxi;

use FFI\CData;

/** Why a call failed, with all faults. Whatever failed has changed nothing. */
final class GuanxiException extends \RuntimeException
{
    /**
     * All that was found, in the order of the input; there is at least one.
     *
     * @var list<Fault>
     */
    public readonly array $faults;

    private function __construct(private readonly string $english, private readonly string $chinese)
    {
        $both = array_map(static fn (string $json) => json_decode($json, true)['faults'], [$english, $chinese]);
        $this->faults = array_map(self::fault(...), ...$both);
        parent::__construct($this->show(), $this->faults[0]->code);
    }

    /**
     * From an error of C, which stays the caller's.
     *
     * @internal
     */
    public static function of(CData $error): self
    {
        $said = static function (Language $language) use ($error): string {
            $out = Library::ffi()->new('gx_bytes *');
            $status = Library::ffi()->gx_error_json($error, $language->value, \FFI::addr($out));

            return $status === 0 ? Call::taken($out) : throw new \LogicException("guanxi cannot say what is wrong: $status");
        };

        return new self($said(Language::English), $said(Language::Chinese));
    }

    /**
     * Of a handle that was closed: the call must not come to C.
     *
     * @internal
     */
    public static function closed(string $noun): self
    {
        $fault = ['code' => Library::ffi()->GX_E_FREED_HANDLE, 'name' => 'freed_handle'];
        $both = array_map(
            static fn (string $message) => Json::written(['faults' => [[...$fault, 'message' => $message]]]),
            ["the $noun is closed", "$noun 已关闭"],
        );

        return new self(...$both);
    }

    private static function fault(array $english, array $chinese): Fault
    {
        return new Fault(...$english, messageZh: $chinese['message'], hintZh: $chinese['hint'] ?? null);
    }

    /** All faults as JSON, in the very bytes that every language gives. */
    public function json(Language $language = Language::English): string
    {
        return $language === Language::Chinese ? $this->chinese : $this->english;
    }

    /** All faults for a person. */
    public function show(Language $language = Language::English): string
    {
        return implode("\n", array_map(static fn (Fault $fault) => $fault->show($language), $this->faults));
    }
}
