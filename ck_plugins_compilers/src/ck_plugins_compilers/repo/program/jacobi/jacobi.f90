! Laplace's and Poisson's equation on a rectangle, by a given number of Jacobi sweeps from zero.
! usage: jacobi FILE
!
! The first line of the file is `rows columns sweeps sources`; then come the values along the top,
! bottom, left and right edge, a line each; then one source a line: `row column strength`.
!
! The outputs are floating point. A sweep damps the rounding errors of those before, so compilers
! that add in another order or fuse operations differ by about 1e-16 of the largest value in the
! grid; the printed sums over ten thousand points a little more. The stated tolerance of 1e-9
! leaves a wide margin.

module relaxation
  use, intrinsic :: iso_fortran_env, only: real64
  implicit none
  private
  public :: sweep, residual

contains

  ! Each point becomes the mean of its neighbours plus a quarter of its source.
  subroutine sweep(old, new, source)
    real(real64), contiguous, intent(in) :: old(0:, 0:), source(:, :)
    real(real64), contiguous, intent(inout) :: new(0:, 0:)
    integer :: row, column

    do column = 1, size(source, 2)
      do row = 1, size(source, 1)
        new(row, column) = (old(row - 1, column) + old(row + 1, column) + old(row, column - 1) &
                            + old(row, column + 1) + source(row, column)) / 4
      end do
    end do
  end subroutine sweep

  ! The most that another sweep would change.
  function residual(grid, source) result(largest)
    real(real64), contiguous, intent(in) :: grid(0:, 0:), source(:, :)
    real(real64) :: largest, mean
    integer :: row, column

    largest = 0
    do column = 1, size(source, 2)
      do row = 1, size(source, 1)
        mean = (grid(row - 1, column) + grid(row + 1, column) + grid(row, column - 1) &
                + grid(row, column + 1) + source(row, column)) / 4
        largest = max(largest, abs(mean - grid(row, column)))
      end do
    end do
  end function residual

end module relaxation


module environment
  use, intrinsic :: iso_c_binding, only: c_int
  use, intrinsic :: iso_fortran_env, only: error_unit, iostat_end, iostat_eor, output_unit, real64
  implicit none
  private
  public :: fail, first_argument, repetitions, read_numbers, expect_end, finish_output

  integer, parameter :: longest_line = 32768
  integer, save :: lines_read = 0

  interface
    ! Of the C library: `stop` may add lines of its own to the message, and `exit` may hang when the
    ! Fortran runtime cannot write what is left in its buffers.
    subroutine exit_process(code) bind(c, name='_Exit')
      import :: c_int
      integer(c_int), value :: code
    end subroutine exit_process
  end interface

contains

  subroutine fail(what, subject)
    character(*), intent(in) :: what, subject

    write (error_unit, '(4a)') 'jacobi: ', what, ': ', subject
    flush (error_unit)
    call exit_process(1_c_int)
  end subroutine fail

  function first_argument() result(argument)
    character(:), allocatable :: argument
    integer :: length

    if (command_argument_count() /= 1) call fail('expected one argument', 'FILE')
    call get_command_argument(1, length=length)
    allocate (character(length) :: argument)
    call get_command_argument(1, argument)
  end function first_argument

  function repetitions() result(count)
    integer :: count, status
    character(20) :: text

    count = 1
    call get_environment_variable('CT_REPEAT_MAIN', text, status=status)
    if (status == 1) return
    if (status == 0 .and. verify(trim(text), '0123456789') == 0) then
      read (text, *, iostat=status) count
    else
      status = -1
    end if
    if (status /= 0 .or. count < 1) call fail('CT_REPEAT_MAIN is not a positive number', trim(text))
  end function repetitions

  ! Reads a line that holds exactly as many numbers as `values`.
  subroutine read_numbers(unit, path, values)
    integer, intent(in) :: unit
    character(*), intent(in) :: path
    real(real64), intent(out) :: values(:)
    character(longest_line) :: line
    integer :: status

    read (unit, '(a)', advance='no', iostat=status) line
    if (status == iostat_end) call fail('truncated', path)
    if (status == 0) call fail('line too long', path)
    if (status /= iostat_eor) call fail('cannot read', path)
    lines_read = lines_read + 1
    ! List-directed input alone would accept repeat counts, slashes and additional numbers.
    status = verify(line, '0123456789+-.eE ') + abs(words(line) - size(values))
    if (status == 0) read (line, *, iostat=status) values
    if (status == 0 .and. all(abs(values) <= huge(values))) return
    write (line, '(a, i0)') 'malformed line ', lines_read
    call fail(trim(line), path)
  end subroutine read_numbers

  pure function words(line) result(count)
    character(*), intent(in) :: line
    integer :: count, i

    count = 0
    do i = 1, len(line)
      if (line(i:i) == ' ') cycle
      if (i == 1) then
        count = count + 1
      else if (line(i-1:i-1) == ' ') then
        count = count + 1
      end if
    end do
  end function words

  subroutine expect_end(unit, path)
    integer, intent(in) :: unit
    character(*), intent(in) :: path
    character(longest_line) :: line
    integer :: status

    read (unit, '(a)', advance='no', iostat=status) line
    if (status /= iostat_end) call fail('text after the last line', path)
  end subroutine expect_end

  subroutine finish_output()
    integer :: status

    flush (output_unit, iostat=status)
    if (status /= 0) call fail('cannot write', 'standard output')
  end subroutine finish_output

end module environment


program jacobi
  use, intrinsic :: iso_fortran_env, only: real64
  use :: environment
  use :: relaxation
  implicit none

  integer, parameter :: most_rows = 1000, most_sweeps = 100000000, printed = 8
  character(:), allocatable :: path
  ! The edges lie in rows 0 and rows + 1 and in columns 0 and columns + 1.
  real(real64), allocatable :: start(:, :), source(:, :), grid(:, :), next(:, :), previous(:, :)
  integer :: rows, columns, sweeps

  path = first_argument()
  call load()
  call relax_repeatedly(repetitions())
  call print_outcome()
  deallocate (path, start, source, grid, next, previous)

contains

  subroutine load()
    integer :: unit, status
    real(real64) :: header(4)

    open (newunit=unit, file=path, status='old', action='read', iostat=status)
    if (status /= 0) call fail('cannot open', path)
    call read_numbers(unit, path, header)
    rows = whole(header(1), 1, most_rows)
    columns = whole(header(2), 1, most_rows)
    sweeps = whole(header(3), 1, most_sweeps)
    call allocate_arrays()
    call read_numbers(unit, path, start(0, 1:columns))
    call read_numbers(unit, path, start(rows + 1, 1:columns))
    call read_numbers(unit, path, start(1:rows, 0))
    call read_numbers(unit, path, start(1:rows, columns + 1))
    call read_sources(unit, whole(header(4), 0, rows * columns))
    call expect_end(unit, path)
    close (unit)
  end subroutine load

  subroutine allocate_arrays()
    integer :: status

    allocate (start(0:rows + 1, 0:columns + 1), source(rows, columns), &
              grid(0:rows + 1, 0:columns + 1), next(0:rows + 1, 0:columns + 1), &
              previous(0:rows + 1, 0:columns + 1), stat=status)
    if (status /= 0) call fail('out of memory', path)
    start = 0
    source = 0
    previous = 0
  end subroutine allocate_arrays

  subroutine read_sources(unit, count)
    integer, intent(in) :: unit, count
    real(real64) :: line(3)
    integer :: i, row, column

    do i = 1, count
      call read_numbers(unit, path, line)
      row = whole(line(1), 1, rows)
      column = whole(line(2), 1, columns)
      source(row, column) = source(row, column) + line(3)
    end do
  end subroutine read_sources

  function whole(number, smallest, largest) result(integral)
    real(real64), intent(in) :: number
    integer, intent(in) :: smallest, largest
    integer :: integral

    integral = int(max(real(smallest, real64), min(real(largest, real64), number)))
    if (abs(number - integral) > 0) call fail('size or place out of range', path)
  end function whole

  ! Every repetition is compared with the one before, so that no compiler can leave any out.
  subroutine relax_repeatedly(count)
    integer, intent(in) :: count
    integer :: repetition

    do repetition = 1, count
      call relax()
      if (repetition > 1 .and. any(abs(grid - previous) > 0)) call fail('repetitions differ', path)
      previous(:, :) = grid
    end do
  end subroutine relax_repeatedly

  subroutine relax()
    real(real64), allocatable :: spare(:, :)
    integer :: i

    grid(:, :) = start
    next(:, :) = start
    do i = 1, sweeps
      call sweep(grid, next, source)
      call move_alloc(grid, spare)
      call move_alloc(next, grid)
      call move_alloc(spare, next)
    end do
  end subroutine relax

  subroutine print_outcome()
    integer :: row, column

    print '(a, i0, a, i0)', 'grid ', rows, ' by ', columns
    print '(a, i0)', 'sweeps ', sweeps
    print '(a, es24.15e3)', 'residual', residual(grid, source)
    print '(a, es24.15e3)', 'sum', sum(grid(1:rows, 1:columns))
    print '(a, es24.15e3)', 'sum of squares', sum(grid(1:rows, 1:columns)**2)
    do row = 1, rows, (rows + printed - 1) / printed
      do column = 1, columns, (columns + printed - 1) / printed
        print '(a, i0, a, i0, es24.15e3)', 'value ', row, ' ', column, grid(row, column)
      end do
    end do
    call finish_output()
  end subroutine print_outcome

end program jacobi
